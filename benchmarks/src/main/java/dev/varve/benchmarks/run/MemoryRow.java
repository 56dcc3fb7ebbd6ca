// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.run;

import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Row;
import java.util.Comparator;
import java.util.List;

/** Several runs of one thing whose memory was measured, as one row. */
final class MemoryRow {
    private MemoryRow() {}

    /** The run with the middle one of the peaks, and the times of all. */
    static Row middle(List<Row> runs) {
        List<Row> sorted = runs.stream()
                .sorted(Comparator.comparingDouble(run -> run.measure(Measure.PEAK_RSS).orElse(0))).toList();
        Row middle = sorted.get(sorted.size() / 2);
        List<Double> seconds = runs.stream().flatMap(run -> run.seconds().stream()).toList();
        return new Row(middle.workload(), middle.chain(), middle.program(), middle.operations(), seconds,
                middle.measures(), middle.stopped(), middle.note());
    }
}
