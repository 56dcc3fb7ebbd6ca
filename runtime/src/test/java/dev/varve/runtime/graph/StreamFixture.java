// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.job.Job;
import dev.varve.api.job.StreamOptions;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.MemoryOverlay;
import dev.varve.conformance.device.SparseContent;
import dev.varve.runtime.registry.DriverRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A chain for streams: {@code disk}, a base of random bytes whose reads can be held up or fail, and above it
 * {@code low} and {@code high} with bytes of their own, and {@code top} with none.
 */
final class StreamFixture implements AutoCloseable {
    static final int CLUSTER = MemoryOverlay.CLUSTER;
    static final int CLUSTERS = 64;
    static final int SIZE = CLUSTERS * CLUSTER;
    static final NodeName TOP = new NodeName("top");
    static final NodeName HIGH = new NodeName("high");
    static final NodeName LOW = new NodeName("low");
    static final NodeName DISK = new NodeName("disk");
    /** One cluster at a time, one after the other. */
    static final StreamOptions STEPWISE = StreamOptions.DEFAULT.withRequests(CLUSTER, 1);

    final SlowDisk base;
    final MemoryOverlay low;
    final MemoryOverlay high = new MemoryOverlay("high", SIZE);
    final MemoryOverlay top = new MemoryOverlay("top", SIZE);
    final MemoryOverlay snapshot = new MemoryOverlay("snapshot", SIZE);
    final Graph graph;
    final byte[] model;

    /** A disk that lets reads wait, or fail, from a moment on. */
    static final class SlowDisk extends MemoryDisk {
        private volatile CountDownLatch passed = new CountDownLatch(0);
        private volatile CountDownLatch arrived = new CountDownLatch(1);
        private volatile boolean failing;

        SlowDisk(SparseContent content) {
            super("disk", content);
        }

        void fail(boolean now) {
            failing = now;
        }

        void holdReads() {
            arrived = new CountDownLatch(1);
            passed = new CountDownLatch(1);
        }

        void awaitRead() throws InterruptedException {
            arrived.await();
        }

        void letReads() {
            passed.countDown();
        }

        @Override
        protected void arrived(DiskRequest request, ByteBuffer data) throws IOException {
            if (request.operation() == Operation.READ) {
                arrived.countDown();
                try {
                    passed.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                if (failing) {
                    throw new IOException("the base fails on purpose");
                }
            }
        }
    }

    StreamFixture(long seed, long lowSize) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        Arrays.fill(bytes, 5 * CLUSTER, 9 * CLUSTER, (byte) 0);
        base = new SlowDisk(SparseContent.of(bytes));
        low = new MemoryOverlay("low", lowSize);
        GraphSettings settings = GraphSettings.DEFAULT.withDriver(base).withDriver(low).withDriver(high)
                .withDriver(top).withDriver(snapshot);
        graph = new Graph(settings, new DriverRegistry(), closed -> { });
        graph.add(base.definition().with("node-name", "disk"));
        fill(graph.add(low.above("disk").with("node-name", "low")), lowSize, random);
        fill(graph.add(high.above("low").with("node-name", "high")), SIZE, random);
        graph.add(top.above("high").with("node-name", "top"));
        model = content();
    }

    StreamFixture() throws IOException {
        this(1, SIZE);
    }

    private void fill(NodeName layer, long size, Random random) throws IOException {
        try (BlockBackend disk = graph.openBackend(layer, Permissions.READ_WRITE)) {
            for (int i = 0; i < CLUSTERS / 6; i++) {
                byte[] data = new byte[1 + random.nextInt(2 * CLUSTER)];
                random.nextBytes(data);
                disk.write(random.nextLong(size - data.length), ByteBuffer.wrap(data), RequestFlags.NONE);
            }
        }
    }

    BlockBackend open() throws IOException {
        return graph.openBackend(TOP, Permissions.READ_WRITE);
    }

    byte[] content() throws IOException {
        try (BlockBackend disk = graph.openBackend(TOP, Permissions.READ_SHARED)) {
            ByteBuffer all = ByteBuffer.allocate(SIZE);
            disk.read(0, all);
            return all.array();
        }
    }

    void assertUnchanged() throws IOException {
        assertArrayEquals(model, content());
    }

    boolean hasNode(NodeName name) {
        return graph.nodes().stream().anyMatch(node -> node.name().equals(name));
    }

    /** The node that a layer has below it, or an empty text. */
    String backing(NodeName layer) {
        return graph.nodes().stream().filter(node -> node.name().equals(layer)).findFirst().orElseThrow().children()
                .stream().filter(edge -> edge.name().equals("backing")).map(edge -> edge.child().value()).findFirst()
                .orElse("");
    }

    /** A job that rests after its first chunk from the base. */
    Job pausedJob(StreamOptions options) throws Exception {
        base.holdReads();
        Job job = graph.stream(TOP, options);
        base.awaitRead();
        CompletableFuture<Void> pausing = CompletableFuture.runAsync(job::pause);
        while (job.state() != Job.State.PAUSED) {
            Thread.onSpinWait();
        }
        base.letReads();
        pausing.get(60, TimeUnit.SECONDS);
        return job;
    }

    @Override
    public void close() throws IOException {
        base.letReads();
        graph.close();
    }
}
