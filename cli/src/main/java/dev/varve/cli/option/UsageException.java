// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

/** A command line that cannot be followed. The message names the option, the value and what is allowed. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message what is wrong
     */
    public UsageException(String message) {
        super(message);
    }
}
