// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.api.block.Extent;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphCounters;
import dev.varve.samples.longchain.figures.OwnedRange;
import dev.varve.samples.longchain.figures.Pass;
import dev.varve.samples.longchain.figures.ReadFigures;
import dev.varve.samples.process.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Opens and reads one chain and measures it. A program of its own, so that the peak of the memory is that of one chain:
 * the arguments are a {@link MeasuredTask}, the figures are printed as {@link FigureLines}.
 */
final class ChainReader {
    private static final double NANOS = 1e9;
    private static final int LATER_PASSES = 5;
    private static final int LEAST_REOPENINGS = 3;
    private static final double REOPENING_SECONDS = 0.5;

    private final BlockLayer layer = BlockLayer.load();
    private final MeasuredTask task;
    private final VerifiedReader reader;

    ChainReader(MeasuredTask task) {
        this.task = task;
        this.reader = new VerifiedReader(task.plan());
    }

    /**
     * Entry point.
     *
     * @param args a {@link MeasuredTask}
     */
    public static void main(String[] args) {
        try {
            FigureLines.print(new ChainReader(MeasuredTask.of(args)).measure(), System.out);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    ReadFigures measure() throws IOException {
        long self = ProcessHandle.current().pid();
        OptionalLong before = ProcessMemory.resident(self);
        double opened;
        Pass first;
        Pass steady;
        long indexBytes;
        OptionalLong peak;
        List<OwnedRange> owners;
        long start = System.nanoTime();
        try (BlockGraph graph = task.newGraph(layer); BlockBackend disk = open(graph)) {
            opened = secondsSince(start);
            first = read(graph, disk);
            reader.checkSize(disk);
            steady = later(graph, disk);
            indexBytes = graph.counters().chains().bytes();
            peak = ProcessMemory.residentPeak(self);
            owners = owners(disk);
        }
        return new ReadFigures(opened, reopen(), first, steady, indexBytes, before, peak, owners);
    }

    private BlockBackend open(BlockGraph graph) throws IOException {
        return graph.openBackend(task.addDisk(layer, graph, true), Permissions.READ);
    }

    private double reopen() throws IOException {
        double fastest = Double.POSITIVE_INFINITY;
        long begin = System.nanoTime();
        for (int i = 0; i < LEAST_REOPENINGS || secondsSince(begin) < REOPENING_SECONDS; i++) {
            long start = System.nanoTime();
            try (BlockGraph graph = task.newGraph(layer); BlockBackend disk = open(graph)) {
                fastest = Math.min(fastest, disk.isInserted() ? secondsSince(start) : Double.POSITIVE_INFINITY);
            }
        }
        return fastest;
    }

    private Pass later(BlockGraph graph, BlockBackend disk) throws IOException {
        List<Pass> passes = new ArrayList<>();
        for (int i = 0; i < LATER_PASSES; i++) {
            passes.add(read(graph, disk));
        }
        passes.sort(Comparator.comparingDouble(Pass::seconds));
        return passes.get(LATER_PASSES / 2);
    }

    private Pass read(BlockGraph graph, BlockBackend disk) throws IOException {
        GraphCounters before = graph.counters();
        long nanos = reader.read(disk);
        GraphCounters cost = graph.counters().since(before);
        return new Pass(nanos / NANOS, cost.requests(), cost.insertedVisits(), cost.layerVisits(), cost.chains().hits(),
                cost.chains().builds());
    }

    private List<OwnedRange> owners(BlockBackend disk) {
        List<OwnedRange> owners = new ArrayList<>();
        Iterator<Extent> extents = disk.extents(0, task.plan().size());
        while (extents.hasNext()) {
            Extent extent = extents.next();
            int depth = extent.allocated() ? extent.depth() : OwnedRange.NOBODY;
            OwnedRange last = owners.isEmpty() ? null : owners.getLast();
            if (last != null && last.depth() == depth && last.end() == extent.offset()) {
                owners.removeLast();
                owners.add(new OwnedRange(last.offset(), last.bytes() + extent.bytes(), depth));
            } else {
                owners.add(new OwnedRange(extent.offset(), extent.bytes(), depth));
            }
        }
        return owners;
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / NANOS;
    }
}
