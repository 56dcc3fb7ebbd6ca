// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

/** Numbers of bytes in words. */
public final class SizeText {
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final int UNIT_BITS = 10;

    private SizeText() {
    }

    /**
     * As qemu-img writes sizes (QEMU's {@code size_to_str}): three significant digits, and the next unit as soon as
     * the number would need four.
     *
     * @param bytes at least 0
     * @return such as {@code 1.5 GiB}
     */
    public static String rounded(long bytes) {
        int unit = 0;
        if (bytes > 0) {
            unit = Math.max(0, Math.getExponent(bytes / (1000.0 / 1024.0)) / UNIT_BITS);
        }
        double value = (double) bytes / (1L << (unit * UNIT_BITS));
        return Decimal.significant(value, 3) + " " + UNITS[unit] + "B";
    }

    /**
     * As {@link #precise(double)}, for whole numbers.
     *
     * @param bytes at least 0
     * @return such as {@code 64 KiB}
     */
    public static String precise(long bytes) {
        return precise((double) bytes);
    }

    /**
     * As qemu-io writes sizes (QEMU's {@code cvtstr}): three digits behind the point, or none.
     *
     * @param bytes at least 0
     * @return such as {@code 1.500 KiB} or {@code 513 bytes}
     */
    public static String precise(double bytes) {
        int unit = UNITS.length - 1;
        while (unit > 0 && bytes < (double) (1L << (unit * UNIT_BITS))) {
            unit--;
        }
        String number = unit == 0 ? Decimal.fixed(bytes, 6) : Decimal.fixed(bytes / (1L << (unit * UNIT_BITS)), 3);
        int zeroes = number.indexOf(".000");
        return (zeroes < 0 ? number : number.substring(0, zeroes)) + (unit == 0 ? " bytes" : " " + UNITS[unit] + "B");
    }
}
