// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.bench;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.GraphCounters;
import dev.varve.cli.disk.PageBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Runs a bench: the loop of {@code qemu-img bench}, with threads for its depth. */
public final class Bench {
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int WARM_UP_ROUND = 1024;

    private final BlockGraph graph;
    private final BlockBackend disk;
    private final long diskSize;
    // Requests are its readers, flushes that drain its writers.
    private final ReentrantReadWriteLock drain = new ReentrantReadWriteLock();
    private final AtomicLong completed = new AtomicLong();

    /**
     * A bench of one disk.
     *
     * @param graph the disk's graph, for its counters
     * @param disk what requests go to
     * @throws IOException if the disk's size cannot be told
     */
    public Bench(BlockGraph graph, BlockBackend disk) throws IOException {
        this.graph = graph;
        this.disk = disk;
        this.diskSize = disk.size();
    }

    /**
     * Runs it.
     *
     * @param order what to do
     * @param warmUp whether the loop runs unmeasured before, for two seconds; it only reads
     * @return what was measured
     * @throws IOException the first failure
     */
    public BenchResult run(BenchOrder order, boolean warmUp) throws IOException {
        long warmed = warmUp ? warmUp(order.reading()) : 0;
        AtomicLong allocated = new AtomicLong();
        GraphCounters before = graph.counters();
        long begin = System.nanoTime();
        if (order.depth() == 1) {
            allocated.set(lane(order, 0));
        } else {
            lanes(order, allocated);
        }
        long nanos = System.nanoTime() - begin;
        GraphCounters spent = graph.counters().since(before);
        return new BenchResult(order, nanos, allocated.get(), spent.insertedVisits(), spent.layerVisits(), warmed);
    }

    private long warmUp(BenchOrder order) throws IOException {
        ByteBuffer buffer = PageBuffers.allocate(order.size());
        OffsetSequence offsets = new OffsetSequence(order, diskSize, 0, 1);
        long end = System.nanoTime() + WARM_UP_NANOS;
        long done = 0;
        // In rounds of the method that is measured afterwards, so that it is compiled as a whole by then.
        while (System.nanoTime() < end) {
            requests(order, offsets, buffer, WARM_UP_ROUND);
            done += WARM_UP_ROUND;
        }
        return done;
    }

    private void lanes(BenchOrder order, AtomicLong allocated) throws IOException {
        AtomicReference<Exception> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < order.depth(); i++) {
            int lane = i;
            threads.add(Thread.ofPlatform().name("varve-bench-" + lane).daemon(true).start(() -> {
                try {
                    allocated.addAndGet(lane(order, lane));
                } catch (IOException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            join(thread);
        }
        Exception first = failure.get();
        if (first instanceof IOException io) {
            throw io;
        }
        if (first instanceof RuntimeException unexpected) {
            throw unexpected;
        }
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the bench was interrupted", e);
        }
    }

    /** Makes one lane's share of the requests. Returns the heap bytes it allocated. */
    private long lane(BenchOrder order, int lane) throws IOException {
        ByteBuffer buffer = PageBuffers.allocate(order.size());
        for (int i = 0; i < order.size(); i++) {
            buffer.put(i, order.pattern());
        }
        OffsetSequence offsets = new OffsetSequence(order, diskSize, lane, order.depth());
        int share = order.count() / order.depth() + (lane < order.count() % order.depth() ? 1 : 0);
        long before = AllocatedBytes.ofThisThread();
        requests(order, offsets, buffer, share);
        return Math.max(-1, AllocatedBytes.ofThisThread() - before);
    }

    private void requests(BenchOrder order, OffsetSequence offsets, ByteBuffer buffer, int count) throws IOException {
        RequestFlags flags = order.durable() ? RequestFlags.FUA : RequestFlags.NONE;
        for (int i = 0; i < count; i++) {
            buffer.clear();
            if (order.flushInterval() > 0) {
                withFlushes(order, offsets.next(), buffer, flags);
            } else if (order.write()) {
                disk.write(offsets.next(), buffer, flags);
            } else {
                disk.read(offsets.next(), buffer);
            }
        }
    }

    private void withFlushes(BenchOrder order, long offset, ByteBuffer buffer, RequestFlags flags)
            throws IOException {
        if (order.drain()) {
            drain.readLock().lock();
        }
        try {
            disk.write(offset, buffer, flags);
        } finally {
            if (order.drain()) {
                drain.readLock().unlock();
            }
        }
        if (completed.incrementAndGet() % order.flushInterval() == 0) {
            if (order.drain()) {
                drain.writeLock().lock();
            }
            try {
                disk.flush();
            } finally {
                if (order.drain()) {
                    drain.writeLock().unlock();
                }
            }
        }
    }
}
