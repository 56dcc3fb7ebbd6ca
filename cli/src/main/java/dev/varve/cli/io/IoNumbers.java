// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.ByteSize;

/** Numbers on the command lines of {@code io}. */
final class IoNumbers {
    /** The longest request (QEMU's {@code BDRV_REQUEST_MAX_BYTES}). */
    static final long MAX_REQUEST = Integer.MAX_VALUE / 512 * 512L;
    private static final int MAX_PATTERN = 0xFF;

    private IoNumbers() {
    }

    /** An offset or a length. */
    static long bytes(String text) throws IoRefusal {
        String number = text.stripLeading();
        try {
            return ByteSize.parse(number);
        } catch (BlockException e) {
            boolean large = number.matches("[0-9]+(\\.[0-9]+)?[bBkKmMgGtTpPeE]?|0[xX][0-9a-fA-F]+");
            throw new IoRefusal("Parsing error: " + (large ? "argument too large"
                    : "non-numeric argument, or extraneous/unrecognized suffix") + " -- " + text);
        }
    }

    /** The length of one request. */
    static long request(String text) throws IoRefusal {
        long bytes = bytes(text);
        if (bytes > MAX_REQUEST) {
            throw new IoRefusal("length cannot exceed " + MAX_REQUEST + ", given " + text);
        }
        return bytes;
    }

    /** A byte that buffers are filled with. */
    static byte pattern(String text) throws IoRefusal {
        try {
            int value = Integer.decode(text.stripLeading());
            if (value >= 0 && value <= MAX_PATTERN) {
                return (byte) value;
            }
        } catch (NumberFormatException e) {
            // Told below, as a value out of range is.
        }
        throw new IoRefusal(text + " is not a valid pattern byte");
    }
}
