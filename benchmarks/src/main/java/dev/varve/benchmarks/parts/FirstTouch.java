// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.parts;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.GraphSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What the first request costs that needs a part of the index: everything that is known of a span of 512 clusters is
 * found out from all layers that may hold something in it. The disk has two such spans.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 50)
@Measurement(iterations = 50)
@Fork(value = 1, jvmArgsAppend = {"--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
    "-XX:+UseCompactObjectHeaders"})
public class FirstTouch {
    private static final int SECTOR = 512;

    /** How many layers the chain has. */
    @Param({"1", "10", "100", "1000"})
    public int layers;

    /** Which layer holds what. */
    @Param({"scatter", "stripe", "base"})
    public String shape = "scatter";

    private final ByteBuffer sector = ByteBuffer.allocateDirect(SECTOR);
    private OpenChain chain;

    /** Makes the chain. */
    @Setup
    public void make() throws IOException {
        chain = OpenChain.of(shape, layers, GraphSettings.DEFAULT);
    }

    /** Forgets what was found out. */
    @Setup(Level.Iteration)
    public void forget() throws IOException {
        chain.reopen();
    }

    /** Removes the chain. */
    @TearDown
    public void close() throws IOException {
        chain.close();
    }

    /** One span is built for one read. */
    @Benchmark
    public ByteBuffer buildSpan() throws IOException {
        chain.disk().read(0, sector.clear());
        return sector;
    }

    /** All spans are built, and all extents told. */
    @Benchmark
    public long map() {
        long bytes = 0;
        for (Iterator<Extent> extents = chain.disk().extents(0, OpenChain.SIZE); extents.hasNext();) {
            bytes += extents.next().bytes();
        }
        return bytes;
    }
}
