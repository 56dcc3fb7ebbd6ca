// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;

/** Failures by the error numbers of Linux, with the C library's words. */
final class ErrorNumber {
    static final long EIO = 5;

    private ErrorNumber() {
    }

    static BlockException failure(long number) {
        return new BlockException(kind((int) number), text((int) number));
    }

    private static ErrorKind kind(int number) {
        return switch (number) {
            case 1, 13 -> ErrorKind.PERMISSION;
            case 2 -> ErrorKind.NOT_FOUND;
            case 27, 28, 122 -> ErrorKind.NO_SPACE;
            case 30 -> ErrorKind.READ_ONLY;
            case 95 -> ErrorKind.UNSUPPORTED;
            case 123 -> ErrorKind.NO_MEDIUM;
            default -> ErrorKind.IO;
        };
    }

    private static String text(int number) {
        return switch (number) {
            case 1 -> "Operation not permitted";
            case 2 -> "No such file or directory";
            case 4 -> "Interrupted system call";
            case 5 -> "Input/output error";
            case 6 -> "No such device or address";
            case 9 -> "Bad file descriptor";
            case 11 -> "Resource temporarily unavailable";
            case 12 -> "Cannot allocate memory";
            case 13 -> "Permission denied";
            case 16 -> "Device or resource busy";
            case 19 -> "No such device";
            case 22 -> "Invalid argument";
            case 27 -> "File too large";
            case 28 -> "No space left on device";
            case 30 -> "Read-only file system";
            case 95 -> "Operation not supported";
            case 110 -> "Connection timed out";
            case 122 -> "Disk quota exceeded";
            case 123 -> "No medium found";
            default -> "Unknown error " + number;
        };
    }
}
