// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

/** A command line that cannot be followed. The message names the option, the value and what is allowed. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean ofValue;

    /**
     * A refusal.
     *
     * @param message what is wrong
     */
    public UsageException(String message) {
        this(message, false);
    }

    private UsageException(String message, boolean ofValue) {
        super(message);
        this.ofValue = ofValue;
    }

    /**
     * A refusal of an option's value, or of options that contradict each other: the message says all there is to know,
     * and the user is not sent to the help text.
     *
     * @param message what is wrong
     * @return a refusal
     */
    public static UsageException ofValue(String message) {
        return new UsageException(message, true);
    }

    /**
     * Tells whether only a value was refused.
     *
     * @return true where the help text tells nothing more
     */
    public boolean isOfValue() {
        return ofValue;
    }
}
