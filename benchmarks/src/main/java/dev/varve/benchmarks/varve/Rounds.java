// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs passes in turn, so that what disturbs the machine disturbs all of them.
 *
 * @param count how many rounds
 * @param warmUpNanos for how long before, unmeasured
 * @param budgetNanos after which no further round begins
 */
record Rounds(int count, long warmUpNanos, long budgetNanos) {
    private static final double NANOS = 1e9;

    /**
     * What the passes took.
     *
     * @param seconds of each round, for each pass
     * @param cpuSeconds the mean of the first pass's rounds
     */
    record Taken(List<List<Double>> seconds, double cpuSeconds) {
        List<Double> of(int pass) {
            return seconds.get(pass);
        }
    }

    Taken run(List<Pass> passes) throws IOException {
        long end = System.nanoTime() + warmUpNanos;
        do {
            for (Pass pass : passes) {
                pass.run();
            }
        } while (System.nanoTime() < end);
        List<List<Double>> seconds = new ArrayList<>();
        passes.forEach(pass -> seconds.add(new ArrayList<>()));
        long cpu = 0;
        long last = System.nanoTime() + budgetNanos;
        int round = 0;
        do {
            for (int i = 0; i < passes.size(); i++) {
                // Each goes first as often as the others.
                int pass = (i + round) % passes.size();
                long before = pass == 0 ? ProcessCost.now().cpuNanos() : 0;
                seconds.get(pass).add(passes.get(pass).run() / NANOS);
                cpu += pass == 0 ? ProcessCost.now().cpuNanos() - before : 0;
            }
            round++;
        } while (round < count && System.nanoTime() < last);
        return new Taken(seconds, cpu / NANOS / round);
    }
}
