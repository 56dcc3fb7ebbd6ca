// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

/** A command that failed. The message is printed as it is, on standard output where qemu-io prints it there. */
final class IoRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    IoRefusal(String message) {
        super(message, null, false, false);
    }
}
