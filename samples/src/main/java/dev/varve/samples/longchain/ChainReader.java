// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphCounters;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.DiskPattern;
import dev.varve.samples.longchain.figures.OwnedRange;
import dev.varve.samples.longchain.figures.Pass;
import dev.varve.samples.longchain.figures.VarveFigures;
import dev.varve.samples.process.ProcessMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads one chain and measures it. A program of its own, so that the peak of the memory is that of one chain: the
 * arguments are a graph file, the number of layers, the size in bytes and the shape; the figures are printed as
 * {@link ReaderLines}.
 */
final class ChainReader {
    /** Bytes of a request: one cluster. */
    static final int REQUEST = ChainPlan.CLUSTER;

    private static final double NANOS = 1e9;

    private final BlockLayer layer = BlockLayer.load();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(REQUEST);
    private final String json;
    private final ChainPlan plan;
    private final DiskPattern pattern;

    ChainReader(String json, ChainPlan plan) {
        this.json = json;
        this.plan = plan;
        this.pattern = new DiskPattern(plan);
    }

    /**
     * Entry point.
     *
     * @param args graph file, layers, size, shape
     */
    public static void main(String[] args) {
        try {
            ChainPlan plan = new ChainPlan(Integer.parseInt(args[1]), Long.parseLong(args[2]),
                    ChainShape.valueOf(args[3]));
            ReaderLines.print(new ChainReader(Files.readString(Path.of(args[0])), plan).measure(), System.out);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    VarveFigures measure() throws IOException {
        long self = ProcessHandle.current().pid();
        OptionalLong before = ProcessMemory.resident(self);
        double opened;
        Pass first;
        Pass second;
        List<OwnedRange> owners;
        long heap;
        OptionalLong peak;
        long start = System.nanoTime();
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT); BlockBackend disk = open(graph)) {
            opened = secondsSince(start);
            if (disk.size() != plan.size()) {
                throw new IOException("the disk has " + disk.size() + " bytes, not " + plan.size());
            }
            first = read(graph, disk);
            second = read(graph, disk);
            heap = heapPeak();
            peak = ProcessMemory.residentPeak(self);
            owners = owners(disk);
        }
        return new VarveFigures(opened, reopen(), first, second, heap, before, peak, owners);
    }

    private BlockBackend open(BlockGraph graph) throws IOException {
        NodeName root = null;
        for (NodeDefinition definition : layer.parseGraph(json)) {
            root = graph.add(definition);
        }
        if (root == null) {
            throw new IOException("the graph file defines no node");
        }
        return graph.openBackend(root, Permissions.READ);
    }

    private double reopen() throws IOException {
        long start = System.nanoTime();
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT); BlockBackend disk = open(graph)) {
            return disk.isInserted() ? secondsSince(start) : Double.NaN;
        }
    }

    private Pass read(BlockGraph graph, BlockBackend disk) throws IOException {
        GraphCounters before = graph.counters();
        long nanos = 0;
        for (long offset = 0; offset < plan.size(); offset += REQUEST) {
            buffer.clear();
            long start = System.nanoTime();
            disk.read(offset, buffer);
            nanos += System.nanoTime() - start;
            long different = pattern.firstDifference(buffer.flip(), offset);
            if (different >= 0) {
                throw new IOException("the data at offset " + different + " is not what was written there");
            }
        }
        GraphCounters cost = graph.counters().since(before);
        return new Pass(nanos / NANOS, cost.requests(), cost.insertedVisits(), cost.layerVisits());
    }

    private List<OwnedRange> owners(BlockBackend disk) {
        List<OwnedRange> owners = new ArrayList<>();
        Iterator<Extent> extents = disk.extents(0, plan.size());
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

    private static long heapPeak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / NANOS;
    }
}
