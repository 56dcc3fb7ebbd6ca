// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The reading workloads, for whatever can read at an offset: a disk, or the files that its blocks lie in. Offsets are
 * those of {@code qemu-img bench}: each request begins a step behind the one before, and wraps around.
 */
final class Reads implements AutoCloseable {
    /** A step of an odd number of 4 KiB blocks visits every block in an order that looks random. */
    static final long RANDOM_STEP = 4096L * 104_729;

    private final ExecutorService lanes;
    private final List<ByteBuffer> buffers = new ArrayList<>();

    /** Reads with so many requests at a time, none larger than so many bytes. */
    Reads(int depth, int largest) {
        lanes = Executors.newFixedThreadPool(depth, Thread.ofPlatform().name("reader-", 0).daemon(true).factory());
        for (int lane = 0; lane < depth; lane++) {
            buffers.add(ByteBuffer.allocateDirect(largest));
        }
    }

    /** Reads the remaining bytes of a buffer. */
    interface Source {
        void read(long offset, ByteBuffer dst) throws IOException;
    }

    /** Requests, one at a time, on the calling thread. */
    Pass oneByOne(Source source, long size, long count, int bytes, long step) {
        return () -> {
            long start = System.nanoTime();
            read(source, buffers.getFirst(), size, new Series(count, bytes, step, 0));
            return System.nanoTime() - start;
        };
    }

    /** The same requests, several at a time. */
    Pass atDepth(Source source, long size, long count, int bytes, long step) {
        return () -> {
            List<Callable<Void>> work = new ArrayList<>();
            long share = count / buffers.size();
            for (ByteBuffer buffer : buffers) {
                Series series = new Series(share, bytes, step, work.size() * share);
                work.add(() -> {
                    read(source, buffer, size, series);
                    return null;
                });
            }
            long start = System.nanoTime();
            await(work);
            return System.nanoTime() - start;
        };
    }

    /** What one thread reads: so many requests, the first of them the so-manieth of all. */
    private record Series(long count, int bytes, long step, long first) {}

    private static void read(Source source, ByteBuffer buffer, long size, Series series) throws IOException {
        // What qemu-img bench wraps at.
        long room = Math.max(1, size - series.bytes);
        boolean inOrder = series.step == series.bytes;
        long offset = inOrder ? series.first * series.step : series.first * series.step % room;
        for (long i = 0; i < series.count; i++) {
            buffer.clear().limit(series.bytes);
            source.read(offset, buffer);
            offset += series.step;
            if (offset > size - series.bytes) {
                offset = inOrder ? 0 : offset % room;
            }
        }
    }

    private void await(List<Callable<Void>> work) throws IOException {
        try {
            for (Future<Void> done : lanes.invokeAll(work)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    @Override
    public void close() throws IOException {
        lanes.shutdown();
        try {
            if (!lanes.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IOException("a reader does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
