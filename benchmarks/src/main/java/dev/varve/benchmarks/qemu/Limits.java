// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.benchmarks.result.Workload;
import dev.varve.samples.chain.ChainShape;
import java.time.Duration;

/**
 * How long programs may take.
 *
 * @param rounds how often each is run, where there is time
 * @param usual after which one run is stopped; no further round begins after as much time together
 * @param longest the same for the runs whose end the comparison needs: convert and map of scattered chains
 */
public record Limits(int rounds, Duration usual, Duration longest) {
    Duration of(Workload workload, ChainShape shape) {
        boolean needed = shape == ChainShape.SCATTER && (workload == Workload.CONVERT || workload == Workload.MAP);
        return needed ? longest : usual;
    }
}
