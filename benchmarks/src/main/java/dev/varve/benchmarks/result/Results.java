// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.util.List;
import java.util.Optional;

/**
 * Everything that one run has measured.
 *
 * @param setting the machine, the programs and the protocol, a line each
 * @param rows side by side
 * @param parts of JMH
 */
public record Results(List<String> setting, List<Row> rows, List<Part> parts) {
    /** Copies the lists. */
    public Results {
        setting = List.copyOf(setting);
        rows = List.copyOf(rows);
        parts = List.copyOf(parts);
    }

    /**
     * One row.
     *
     * @param workload what was done
     * @param shape the chain's shape
     * @param layers its length
     * @param program who did it
     * @return empty where it was not measured
     */
    public Optional<Row> row(Workload workload, String shape, int layers, Program program) {
        return rows.stream().filter(row -> row.workload() == workload && row.shape().equals(shape)
                && row.layers() == layers && row.program() == program && !row.seconds().isEmpty()).findFirst();
    }
}
