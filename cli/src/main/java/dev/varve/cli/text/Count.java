// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

/** Counted things in words. */
public final class Count {
    private static final int HUNDRED = 100;

    private Count() {
    }

    /**
     * A number of things.
     *
     * @param number how many
     * @param one the word for one of them, which takes an s for more
     * @return such as {@code 1 layer} or {@code 2 layers}
     */
    public static String of(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }

    /**
     * A share in percent.
     *
     * @param part how much
     * @param whole of how much; 0 makes the share 0
     * @return such as {@code 12.5 %}
     */
    public static String share(long part, long whole) {
        return Decimal.fixed(whole == 0 ? 0 : (double) part * HUNDRED / whole, 1) + " %";
    }
}
