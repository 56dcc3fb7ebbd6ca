// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.parts;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.GraphSettings;
import java.io.IOException;
import java.util.Iterator;
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

/** Decoding of L2 entries of one qcow2 image without any index: a single one, and runs of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
    "-XX:+UseCompactObjectHeaders"})
public class L2Decode {
    private static final int OFFSETS = 1 << 12;
    private static final int CLUSTER = 1 << 16;

    /** How the image's L2 entries look: all data, or data and gaps in turns of some length. */
    @Param({"base", "pieces"})
    public String shape = "base";

    private final long[] offsets = new SplittableRandom(1).longs(OFFSETS, 0, OpenChain.SIZE / CLUSTER)
            .map(cluster -> cluster * CLUSTER).toArray();
    private int next;
    private OpenChain chain;
    private BlockBackend disk;

    /** Makes the image and reads its L2 table. */
    @Setup
    public void open() throws IOException {
        chain = OpenChain.of(shape, 1, GraphSettings.DEFAULT.withoutChainCollapse());
        disk = chain.disk();
        everyEntry();
    }

    /** Removes the image. */
    @TearDown
    public void close() throws IOException {
        chain.close();
    }

    /** One entry at a random place. */
    @Benchmark
    public Extent oneEntry() {
        return disk.extents(offsets[next++ & OFFSETS - 1], CLUSTER).next();
    }

    /** All 1,024 entries in order, told as runs. */
    @Benchmark
    public long everyEntry() {
        long bytes = 0;
        for (Iterator<Extent> extents = disk.extents(0, OpenChain.SIZE); extents.hasNext();) {
            bytes += extents.next().bytes();
        }
        return bytes;
    }
}
