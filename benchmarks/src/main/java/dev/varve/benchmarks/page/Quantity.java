// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.page;

import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Row;
import java.util.Locale;
import java.util.OptionalDouble;

/** What a chart's height stands for. */
enum Quantity {
    /** The time of one request, or of the whole where it is one thing. */
    TIME {
        @Override
        OptionalDouble of(Row row) {
            return row.perOperation();
        }

        @Override
        String text(double value) {
            return value < 0.9995e-6 ? scaled(value, 1e-9, "ns") : value < 0.9995e-3 ? scaled(value, 1e-6, "us")
                    : value < 0.9995 ? scaled(value, 1e-3, "ms") : scaled(value, 1, "s");
        }
    },
    /** The peak of the resident memory. */
    MEMORY {
        @Override
        OptionalDouble of(Row row) {
            return row.measure(Measure.PEAK_RSS);
        }

        @Override
        String text(double value) {
            return bytes(value);
        }
    },
    /** What is read besides the content. */
    METADATA {
        @Override
        OptionalDouble of(Row row) {
            return row.measure(Measure.METADATA_BYTES);
        }

        @Override
        String text(double value) {
            return bytes(value);
        }
    };

    private static final double KIBIBYTE = 1024;
    private static final double ROUND = 1e-9;

    /** The factor between two lines of a grid. */
    double step() {
        return this == TIME ? 10 : 16;
    }

    abstract OptionalDouble of(Row row);

    /** A figure with its unit. */
    abstract String text(double value);

    static String bytes(double value) {
        return value < KIBIBYTE ? scaled(value, 1, "B") : value < KIBIBYTE * KIBIBYTE ? scaled(value, KIBIBYTE, "KiB")
                : value < KIBIBYTE * KIBIBYTE * KIBIBYTE ? scaled(value, KIBIBYTE * KIBIBYTE, "MiB")
                : scaled(value, KIBIBYTE * KIBIBYTE * KIBIBYTE, "GiB");
    }

    private static String scaled(double value, double unit, String name) {
        double number = value / unit;
        String format = number >= 99.95 || Math.abs(number - Math.rint(number)) < ROUND * number ? "%,.0f %s" : number >= 9.995 ? "%.1f %s"
                : "%.2f %s";
        return String.format(Locale.ROOT, format, number, name);
    }
}
