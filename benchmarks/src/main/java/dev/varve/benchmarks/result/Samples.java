// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Numbers that were measured several times. */
public final class Samples {
    private Samples() {}

    /**
     * The middle one.
     *
     * @param values in any order
     * @return the mean of the two middle ones where their number is even; empty for none
     */
    public static OptionalDouble median(List<Double> values) {
        if (values.isEmpty()) {
            return OptionalDouble.empty();
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return OptionalDouble.of(sorted.size() % 2 == 1 ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }

    /**
     * The middle one of the ratios of pairs.
     *
     * @param over the dividends
     * @param under the divisors, each measured beside its dividend
     * @return empty where there is no pair
     */
    public static OptionalDouble medianRatio(List<Double> over, List<Double> under) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(over.size(), under.size()); i++) {
            ratios.add(over.get(i) / under.get(i));
        }
        return median(ratios);
    }
}
