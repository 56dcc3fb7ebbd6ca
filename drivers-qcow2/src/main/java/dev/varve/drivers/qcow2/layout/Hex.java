// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

/** Numbers as messages show offsets and bit masks. */
public final class Hex {
    private Hex() {
    }

    /**
     * A number in hexadecimal.
     *
     * @param value taken as unsigned
     * @return with the prefix {@code 0x}
     */
    public static String of(long value) {
        return "0x" + Long.toHexString(value);
    }

    /**
     * A number in the alternate form of C, whose zero has no prefix.
     *
     * @param value taken as unsigned
     * @return with the prefix {@code 0x}, or {@code 0}
     */
    public static String alternate(long value) {
        return value == 0 ? "0" : of(value);
    }
}
