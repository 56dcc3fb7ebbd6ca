// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Maps figures to lengths between 0 and 1.
 *
 * @param logarithmic whether equal lengths are equal factors
 * @param low the figure at length 0
 * @param high the figure at length 1
 */
record Scale(boolean logarithmic, double low, double high) {
    // Beyond this factor the smallest bar of a linear scale would be a hairline.
    private static final double WIDEST_LINEAR = 40;
    private static final int TICKS = 4;

    /** The scale for figures, none of them negative. */
    static Scale of(List<Double> values) {
        DoubleStream positive = values.stream().mapToDouble(Double::doubleValue).filter(value -> value > 0);
        double smallest = positive.min().orElse(1);
        double largest = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        if (largest / smallest <= WIDEST_LINEAR) {
            return new Scale(false, 0, largest > 0 ? largest : 1);
        }
        // A whole power of ten below the smallest, so that it has a bar too.
        double low = Math.pow(10, Math.ceil(Math.log10(smallest)) - 1);
        return new Scale(true, low, largest);
    }

    /** The length of a figure; 0 for what is at or below the low end. */
    double length(double value) {
        if (value <= low) {
            return 0;
        }
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** Round figures inside the scale, the low end first. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            int powers = (int) Math.ceil(Math.log10(high / low));
            double step = Math.pow(10, Math.max(1, (powers + TICKS - 1) / TICKS));
            for (double tick = low; tick <= high; tick *= step) {
                ticks.add(tick);
            }
        } else {
            double step = roundStep(high / TICKS);
            for (int i = 0; i * step <= high; i++) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }

    private static double roundStep(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= least) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
