// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFileTest {
    @TempDir
    private Path folder;

    @Test
    void read_whatWasWritten_isTheSame() throws IOException {
        Row row = Row.of(Workload.RANDOM_4K_16, "base-l2", 1000, Program.VARVE_WALK, 12, List.of(0.25, 1e-9))
                .with(Measure.PEAK_RSS, 123_456_789_012L).with(Measure.RATIO_TO_ONE, 1.0625).asStopped()
                .noting("a \"note\"\nof two lines");
        Results results = new Results(List.of("one", "two"),
                List.of(row, Row.of(Workload.MAP, "top", 1, Program.QEMU, 1, List.of())),
                List.of(new Part("A.b", "layers=1", 3.5, Double.NaN, 0)));
        Path file = folder.resolve("results.json");
        ResultsFile.write(file, results);
        assertEquals(results, ResultsFile.read(file));
    }

    @Test
    void write_again_replacesTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("results.json"), "old");
        Results results = new Results(List.of("new"), List.of(), List.of());
        ResultsFile.write(file, results);
        assertEquals(results, ResultsFile.read(file));
    }

    @Test
    void read_noJson_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("results.json"), "{\"rows\": ");
        assertThrows(IOException.class, () -> ResultsFile.read(file));
    }
}
