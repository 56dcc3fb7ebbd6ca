// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.ResultsFile;
import dev.varve.benchmarks.result.Row;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.DiskPattern;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures time on one chain and on the same data in one image, in one process. Every byte of the chain is compared
 * with what it must be before.
 */
public final class VarveReader {
    /** The options of its Java virtual machine. */
    public static final List<String> OPTIONS = List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

    // More open files than this are not to be expected of a system.
    private static final int MOST_BARE_FILES = 3000;
    private static final long MILLIS = 1_000_000;

    private VarveReader() {}

    /**
     * Entry point.
     *
     * @param args a {@link ReaderTask}
     * @throws IOException if anything fails
     */
    public static void main(String[] args) throws IOException {
        ReaderTask task = ReaderTask.of(args);
        Rounds rounds = task.full() ? new Rounds(9, 1500 * MILLIS, 20_000 * MILLIS)
                : new Rounds(5, 400 * MILLIS, 3_000 * MILLIS);
        List<Row> rows = new ArrayList<>(steady(task, rounds));
        rows.addAll(new FreshDisk(task, rounds).measure());
        ResultsFile.write(task.out(), new Results(List.of(), rows, List.of()));
    }

    private static List<Row> steady(ReaderTask task, Rounds rounds) throws IOException {
        BlockLayer layer = BlockLayer.load();
        try (OpenDisk chain = OpenDisk.forReading(layer, task.top(), GraphSettings.DEFAULT);
                OpenDisk flat = OpenDisk.forReading(layer, task.flat(), GraphSettings.DEFAULT)) {
            verify(task, chain);
            verify(task, flat);
            if (task.plan().shape() != ChainShape.SCATTER || task.plan().layers() > MOST_BARE_FILES) {
                return new SteadyState(task, rounds, chain, flat, null).measure();
            }
            try (BareFiles bare = BareFiles.of(task.plan(), folder(task), chain.backend())) {
                return new SteadyState(task, rounds, chain, flat, bare).measure();
            }
        }
    }

    private static Path folder(ReaderTask task) throws IOException {
        Path folder = task.top().getParent();
        if (folder == null) {
            throw new IOException("the chain is in no folder");
        }
        return folder;
    }

    private static void verify(ReaderTask task, OpenDisk disk) throws IOException {
        DiskPattern pattern = new DiskPattern(task.plan());
        ByteBuffer buffer = ByteBuffer.allocateDirect(ChainPlan.CLUSTER);
        for (long offset = 0; offset < task.plan().size(); offset += ChainPlan.CLUSTER) {
            disk.backend().read(offset, buffer.clear());
            long different = pattern.firstDifference(buffer.flip(), offset);
            if (different >= 0) {
                throw new IOException("the data at offset " + different + " is not what was written there");
            }
        }
    }
}
