// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.parts;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
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

/** The index alone: a byte at a random offset of a scattered chain is found in it; it is zero, so no layer is read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
    "-XX:+UseCompactObjectHeaders"})
public class IndexHit {
    private static final long SIZE = 2L << 30;
    private static final int OFFSETS = 1 << 12;

    /** How many layers the chain has. */
    @Param({"2", "10", "100", "1000", "10000"})
    public int layers;

    private final long[] offsets = new SplittableRandom(1).longs(OFFSETS, 0, SIZE).toArray();
    private final ByteBuffer target = ByteBuffer.allocateDirect(1);
    private int next;
    private BlockNode index;

    /** Opens the filter above a chain that is a table, and lets it find everything out. */
    @Setup
    public void open() throws IOException {
        BlockDriver driver = ServiceLoader.load(BlockDriver.class).stream().map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals("chain-collapse")).findFirst().orElseThrow();
        index = driver.open(new Context(driver.options(), new TableChain(layers, SIZE)));
        for (long offset = 0; offset < SIZE; offset += TableChain.CLUSTER) {
            index.read(offset, target.clear(), RequestFlags.NONE);
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() throws IOException {
        index.close();
    }

    /** Finds out which layer holds a byte. */
    @Benchmark
    public ByteBuffer indexHit() throws IOException {
        index.read(offsets[next++ & OFFSETS - 1], target.clear(), RequestFlags.NONE);
        return target;
    }

    /** Gives the chain to the filter. */
    private record Context(OptionSchema declared, BlockChild chain) implements OpenContext {
        @Override
        public NodeName nodeName() {
            return new NodeName("index");
        }

        @Override
        public Options options() {
            try {
                return declared.withoutChildren().read(Map.of());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public NodeSettings settings() {
            return NodeSettings.DEFAULT;
        }

        @Override
        public NodeEvents events() {
            return () -> { };
        }

        @Override
        public BlockChild attach(String edge, Set<ChildRole> roles) {
            return chain;
        }

        @Override
        public BlockChild attach(String edge, Set<ChildRole> roles, PermissionPolicy policy) {
            return chain;
        }

        @Override
        public BlockChild attachBacking(Optional<ImageReference> found) throws IOException {
            throw new IOException("a filter has no backing file");
        }
    }
}
