// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.Locale;

/** How a figure is written. */
public enum Quantity {
    /** Time in seconds. */
    SECONDS,
    /** Memory in bytes. */
    MEMORY,
    /** A number of things. */
    COUNT;

    /**
     * A figure as people read it, with its unit.
     *
     * @param value seconds, bytes or a number
     * @return three digits or so
     */
    public String text(double value) {
        return switch (this) {
            case SECONDS -> value < 0.9995 ? digits(value * 1e3) + " ms" : digits(value) + " s";
            case MEMORY -> digits(value / (1 << 20)) + " MiB";
            case COUNT -> digits(value);
        };
    }

    /**
     * What round figures on an axis are multiples of.
     *
     * @return 1, or a MiB in bytes
     */
    public double unit() {
        return this == MEMORY ? 1 << 20 : 1;
    }

    /**
     * An amount of bytes as people read it.
     *
     * @param bytes how many
     * @return with the unit that suits it
     */
    public static String bytes(long bytes) {
        return bytes < 1 << 20 ? digits(bytes / 1024.0) + " KiB" : digits(bytes / (double) (1 << 20)) + " MiB";
    }

    private static String digits(double value) {
        if (value == Math.rint(value) || value >= 99.95) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
