// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.parts;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.Allocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.GraphSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Requests at random offsets of a chain in the steady state. The files are mapped: {@link #readSector} is an index hit,
 * the checks of the edges and a copy of 512 bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
    "-XX:+UseCompactObjectHeaders"})
public class ChainRequests {
    private static final int OFFSETS = 1 << 12;
    private static final int HOT_OFFSETS = 1 << 8;
    private static final int CLUSTER = 1 << 16;
    private static final int SECTOR = 512;
    private static final int PAGE = 4096;

    /** How many layers the chain has. */
    @Param({"1", "10", "100", "1000"})
    public int layers;

    /** Which layer holds what. */
    @Param({"scatter", "stripe", "base"})
    public String shape = "scatter";

    private final long[] offsets = new SplittableRandom(1).longs(OFFSETS, 0, OpenChain.SIZE / PAGE)
            .map(page -> page * PAGE).toArray();
    private final ByteBuffer sector = ByteBuffer.allocateDirect(SECTOR);
    private final ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
    private int next;
    private OpenChain chain;
    private BlockBackend disk;

    /** Makes the chain and reads all of it once. */
    @Setup
    public void open() throws IOException {
        chain = OpenChain.of(shape, layers, GraphSettings.DEFAULT);
        disk = chain.disk();
        for (long offset = 0; offset < OpenChain.SIZE; offset += PAGE) {
            disk.read(offset, page.clear());
        }
    }

    /** Removes the chain. */
    @TearDown
    public void close() throws IOException {
        chain.close();
    }

    private long offset() {
        return offsets[next++ & OFFSETS - 1];
    }

    /** Is every medium there? */
    @Benchmark
    public boolean isInserted() {
        return disk.isInserted();
    }

    /** Does the active layer hold the cluster? */
    @Benchmark
    public Allocation isAllocated() throws IOException {
        return disk.isAllocated(offset() & -CLUSTER, CLUSTER);
    }

    /** Which layer holds the cluster, and where: the lookup of a status query. */
    @Benchmark
    public Extent extent() {
        return disk.extents(offset() & -CLUSTER, CLUSTER).next();
    }

    /** The lookup of a read, with little to copy, and at so few places that it stays in the processor's cache. */
    @Benchmark
    public ByteBuffer readSector() throws IOException {
        disk.read(offsets[next++ & HOT_OFFSETS - 1], sector.clear());
        return sector;
    }

    /** The usual small read. */
    @Benchmark
    public ByteBuffer readPage() throws IOException {
        disk.read(offset(), page.clear());
        return page;
    }
}
