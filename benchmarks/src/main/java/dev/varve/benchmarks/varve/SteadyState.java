// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import dev.varve.api.block.Extent;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphCounters;
import dev.varve.api.graph.GraphSettings;
import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Samples;
import dev.varve.benchmarks.result.Workload;
import dev.varve.cli.convert.CopyOrder;
import dev.varve.cli.convert.Copier;
import dev.varve.cli.convert.Salvage;
import dev.varve.cli.text.Progress;
import dev.varve.samples.chain.ChainPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The workloads on a disk that has been open and in use for a while. Each is run in turn on the chain, on the same
 * data in one image, and, where the floor is asked for, on the bare files.
 */
final class SteadyState {
    private static final int DEPTH = 16;
    private static final int CHUNK = 2 << 20;
    private static final int COPY_THREADS = Math.min(8, 2 * Runtime.getRuntime().availableProcessors());
    private static final long FULL_NANOS = 250_000_000;
    private static final long QUICK_NANOS = 60_000_000;
    private static final int TRIAL = 512;
    private static final long TRIAL_NANOS = 500_000_000;
    private static final int MOST_RANDOM = 1 << 17;

    private final ReaderTask task;
    private final Rounds rounds;
    private final OpenDisk chain;
    private final OpenDisk flat;
    private final @Nullable BareFiles bare;
    private final Reads reads = new Reads(DEPTH, CHUNK);
    private final Reads copies = new Reads(COPY_THREADS, CHUNK);
    private final List<Row> rows = new ArrayList<>();

    SteadyState(ReaderTask task, Rounds rounds, OpenDisk chain, OpenDisk flat, @Nullable BareFiles bare) {
        this.task = task;
        this.rounds = rounds;
        this.chain = chain;
        this.flat = flat;
        this.bare = bare;
    }

    List<Row> measure() throws IOException {
        long size = task.plan().size();
        try (reads; copies) {
            Reading random = (source, count) -> reads.oneByOne(source, size, count, 4096, Reads.RANDOM_STEP);
            Reading deep = (source, count) -> reads.atDepth(source, size, count, 4096, Reads.RANDOM_STEP);
            reading(Workload.RANDOM_4K, enough(random), random);
            reading(Workload.RANDOM_4K_16, enough(deep), deep);
            reading(Workload.SEQUENTIAL_64K, size >> 16,
                    (source, count) -> reads.oneByOne(source, size, count, 1 << 16, 1 << 16));
            reading(Workload.SEQUENTIAL_1M, size >> 20,
                    (source, count) -> reads.oneByOne(source, size, count, 1 << 20, 1 << 20));
            map();
            convert();
        }
        return rows;
    }

    private interface Reading {
        Pass of(Reads.Source source, long count);
    }

    /** How many requests take long enough to be measured, by trying; the same for the chain and for one image. */
    private long enough(Reading reading) throws IOException {
        Pass trial = reading.of(chain.backend()::read, TRIAL);
        long end = System.nanoTime() + TRIAL_NANOS;
        // The fastest: what others do on the machine must not make the runs short.
        long nanos = Long.MAX_VALUE;
        do {
            nanos = Math.min(nanos, trial.run());
        } while (System.nanoTime() < end);
        long wanted = (task.full() ? FULL_NANOS : QUICK_NANOS) * TRIAL / Math.max(1, nanos);
        long count = Math.clamp(wanted, TRIAL, MOST_RANDOM);
        return count - count % DEPTH;
    }

    private void reading(Workload workload, long count, Reading reading) throws IOException {
        List<Pass> passes = new ArrayList<>(List.of(reading.of(chain.backend()::read, count),
                reading.of(flat.backend()::read, count)));
        if (bare != null) {
            passes.add(reading.of(bare::read, count));
        }
        add(workload, count, passes);
    }

    private void map() throws IOException {
        add(Workload.MAP, 1, List.of(mapping(chain.backend()), mapping(flat.backend())));
    }

    private Pass mapping(BlockBackend disk) {
        return () -> {
            long start = System.nanoTime();
            long bytes = 0;
            for (Iterator<Extent> extents = disk.extents(0, task.plan().size()); extents.hasNext();) {
                bytes += extents.next().bytes();
            }
            long nanos = System.nanoTime() - start;
            if (bytes != task.plan().size()) {
                throw new IOException("the extents are of " + bytes + " bytes together");
            }
            return nanos;
        };
    }

    private void convert() throws IOException {
        BlockLayer layer = BlockLayer.load();
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT);
                BlockBackend nothing = graph.openBackend(
                        graph.add(layer.parseOptions("driver=null-co,size=" + task.plan().size())),
                        Permissions.READ_WRITE)) {
            List<Pass> passes = new ArrayList<>(
                    List.of(copying(chain.backend(), nothing), copying(flat.backend(), nothing)));
            if (bare != null) {
                passes.add(copies.atDepth(bare::read, task.plan().size(), task.plan().size() / CHUNK, CHUNK, CHUNK));
            }
            add(Workload.CONVERT, 1, passes);
        }
    }

    /** As the command does, but without looking for zeroes in what was read: that would hide what a lookup costs. */
    private Pass copying(BlockBackend disk, BlockBackend nothing) {
        CopyOrder order = new CopyOrder(CHUNK, COPY_THREADS, true, 0, ChainPlan.CLUSTER, false, false, 0, 0, false,
                false);
        return () -> {
            long start = System.nanoTime();
            Copier.copy(List.of(disk), nothing, order, Salvage.NONE,
                    new Progress(System.out, false, task.plan().size()));
            return System.nanoTime() - start;
        };
    }

    private void add(Workload workload, long operations, List<Pass> passes) throws IOException {
        GraphCounters before = chain.graph().counters();
        Rounds.Taken taken = rounds.run(passes);
        GraphCounters spent = chain.graph().counters().since(before);
        double requests = Math.max(1, spent.requests());
        Row row = Row.of(workload, task.shape(), task.plan().layers(), Program.VARVE, operations, taken.of(0))
                .with(Measure.CPU_SECONDS, taken.cpuSeconds())
                .with(Measure.RATIO_TO_ONE, Samples.medianRatio(taken.of(0), taken.of(1)).orElseThrow())
                .with(Measure.ONE_SECONDS, Samples.median(taken.of(1)).orElseThrow())
                .with(Measure.LAYER_VISITS, spent.layerVisits() / requests)
                .with(Measure.INSERTED_VISITS, spent.insertedVisits() / requests)
                .with(Measure.INDEX_BYTES, chain.graph().counters().chains().bytes());
        if (passes.size() > 2) {
            row = row.with(Measure.RATIO_TO_FLOOR, Samples.medianRatio(taken.of(0), taken.of(2)).orElseThrow());
            rows.add(Row.of(workload, task.shape(), task.plan().layers(), Program.FLOOR, operations, taken.of(2)));
        }
        rows.add(row);
    }
}
