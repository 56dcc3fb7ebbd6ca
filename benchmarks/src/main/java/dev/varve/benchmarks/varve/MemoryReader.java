// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.ResultsFile;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.process.ProcessMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Opens one chain and reads all of it twice, in a process that does nothing else, and tells the peak of its resident
 * memory.
 */
public final class MemoryReader {
    /** The options of its Java virtual machine: a heap of the same bound for every chain, touched as it is used. */
    public static final List<String> OPTIONS = List.of("-Xms32m", "-Xmx256m", "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders");

    private static final int READINGS = 2;

    private MemoryReader() {}

    /**
     * Entry point.
     *
     * @param args a {@link ReaderTask}
     * @throws IOException if anything fails
     */
    public static void main(String[] args) throws IOException {
        ReaderTask task = ReaderTask.of(args);
        ByteBuffer buffer = ByteBuffer.allocateDirect(ChainPlan.CLUSTER);
        long bytes = 0;
        long start = System.nanoTime();
        try (OpenDisk disk = OpenDisk.forReading(BlockLayer.load(), task.top(), GraphSettings.DEFAULT)) {
            for (int i = 0; i < READINGS; i++) {
                for (long offset = 0; offset < task.plan().size(); offset += ChainPlan.CLUSTER) {
                    disk.backend().read(offset, buffer.clear());
                }
            }
            for (Iterator<Extent> extents = disk.backend().extents(0, task.plan().size()); extents.hasNext();) {
                bytes += extents.next().bytes();
            }
            Row row = Row.of(Workload.MEMORY, task.shape(), task.plan().layers(), Program.VARVE, 1,
                    List.of((System.nanoTime() - start) / 1e9))
                    .with(Measure.INDEX_BYTES, disk.graph().counters().chains().bytes());
            OptionalLong peak = ProcessMemory.residentPeak(ProcessHandle.current().pid());
            if (peak.isPresent() && bytes == task.plan().size()) {
                row = row.with(Measure.PEAK_RSS, peak.getAsLong());
            }
            ResultsFile.write(task.out(), new Results(List.of(), List.of(row), List.of()));
        }
    }
}
