// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.page;

import java.util.Locale;

/** What a figure is an amount of, and so how it is written. */
public enum Quantity {
    /** Time in seconds. */
    TIME(10) {
        @Override
        public String text(double value) {
            return value < 0.9995e-6 ? scaled(value, 1e-9, "ns") : value < 0.9995e-3 ? scaled(value, 1e-6, "us")
                    : value < 0.9995 ? scaled(value, 1e-3, "ms") : scaled(value, 1, "s");
        }
    },
    /** Memory or data in bytes. */
    BYTES(16) {
        @Override
        public String text(double value) {
            return value < KIBIBYTE ? scaled(value, 1, "B") : value < MEBIBYTE ? scaled(value, KIBIBYTE, "KiB")
                    : value < GIBIBYTE ? scaled(value, MEBIBYTE, "MiB") : scaled(value, GIBIBYTE, "GiB");
        }
    },
    /** A number of things. */
    COUNT(10) {
        @Override
        public String text(double value) {
            return digits(value);
        }
    };

    private static final double KIBIBYTE = 1024;
    private static final double MEBIBYTE = KIBIBYTE * KIBIBYTE;
    private static final double GIBIBYTE = MEBIBYTE * KIBIBYTE;
    private static final double ROUND = 1e-9;

    private final double step;

    Quantity(double step) {
        this.step = step;
    }

    /**
     * A figure as people read it, with its unit.
     *
     * @param value seconds, bytes or a number
     * @return three digits or so; microseconds as "us"
     */
    public abstract String text(double value);

    /** The factor between two lines of a logarithmic grid. */
    double step() {
        return step;
    }

    private static String scaled(double value, double unit, String name) {
        return digits(value / unit) + " " + name;
    }

    private static String digits(double value) {
        if (value >= 99.95 || Math.abs(value - Math.rint(value)) <= ROUND * value) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
