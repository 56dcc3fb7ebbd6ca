// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import java.io.IOException;

/** A failure with text that stands below its message, as QEMU's {@code error_append_hint} has it. */
public final class HintedException extends IOException {
    private static final long serialVersionUID = 1L;
    /** What is allowed where a number of bytes could not be read. */
    private static final String SIZES = "Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, tera-, peta-\n"
            + "and exabytes, respectively.\n";

    private final String hint;

    /**
     * A failure.
     *
     * @param message what is wrong, in one line
     * @param hint what is printed below it as it is, line ends included
     * @param cause what led to it
     */
    public HintedException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /**
     * A failure that nothing else led to.
     *
     * @param message what is wrong, in one line
     * @param hint what is printed below it as it is, line ends included
     */
    public HintedException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    /**
     * A value that is no number of bytes.
     *
     * @param message which option, which value
     * @return a failure that tells what is allowed
     */
    public static HintedException size(String message) {
        return new HintedException(message, SIZES);
    }

    /**
     * The text below the message.
     *
     * @return with its line ends
     */
    public String hint() {
        return hint;
    }
}
