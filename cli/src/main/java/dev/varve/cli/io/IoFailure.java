// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.cli.disk.ErrorText;
import java.io.IOException;

/** Failures of requests in the words that programs around qemu-io look for: those of {@code strerror}. */
final class IoFailure {
    private static final String FAILED = "Input/output error";

    private IoFailure() {
    }

    /**
     * What a command that failed prints behind its name.
     *
     * @param failure why
     * @param brief whether the words of the error number stand alone, as in qemu-io
     * @return one line
     */
    static String text(IOException failure, boolean brief) {
        return brief ? number(failure) : ErrorText.of(failure);
    }

    private static String number(IOException failure) {
        if (!(failure instanceof BlockException known)) {
            return FAILED;
        }
        return switch (known.kind()) {
            case UNSUPPORTED -> "Operation not supported";
            case INVALID_OPTION -> "Invalid argument";
            case NO_SPACE -> "No space left on device";
            case READ_ONLY, PERMISSION -> "Operation not permitted";
            case NO_MEDIUM, CLOSED -> "No medium found";
            case LOCKED -> "Resource temporarily unavailable";
            case NOT_FOUND -> "No such file or directory";
            case CORRUPT, CHANGED, POISONED, IO -> FAILED;
        };
    }
}
