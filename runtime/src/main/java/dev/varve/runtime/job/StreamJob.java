// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import dev.varve.api.job.Job;
import dev.varve.api.job.JobProgress;
import dev.varve.api.job.StreamOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Streams a chain into its top (QEMU's {@code block/stream.c}).
 *
 * <p>The disk is walked by its extents. Where one of them comes from a layer that is to go, a chunk of the disk,
 * in whole clusters of the top, is read as its users see it and written into the top in one request. Several chunks
 * are under way at once; their writes begin in the order of the disk. While a chunk is under way, users' writes that
 * overlap it wait, and a chunk waits for those that came before it ({@link RangeLocks}); it is looked at again once it
 * has its range, so what a user has written meanwhile is left alone. Writes elsewhere and reads go on. No filter is put
 * into the graph for this: the ranges hang on the top's node, where every write of every user passes.
 *
 * <p>At any moment the disk reads the same, whether or not the job goes on: what is written equals what is visible.
 * From time to time the top is flushed, so that a job that was killed is not all in vain. In the end the users are held
 * off, the top is flushed, its image names what remains below, and the graph lets go of the layers.
 */
public final class StreamJob implements Job {
    /** How much is copied from one flush of the top to the next. */
    private static final long FLUSH_BYTES = 64L << 20;
    /** How often a part that users discarded is looked at again before the users are held off for it. */
    private static final int ROUNDS = 3;
    private static final int PAGE = 4096;

    private final String id;
    private final StreamDisk disk;
    private final JobControl control;
    private final ChunkQueue queue;
    private final WriteOrder order = new WriteOrder();
    private final int chunkBytes;
    private final int inFlight;
    private final AtomicLong unflushed = new AtomicLong();
    private final Thread main;

    /**
     * A job that waits for {@link #start}.
     *
     * @param id its name
     * @param disk what it works on; released at its end
     * @param options what to copy and how
     * @param onEnd told when the disk has been released
     * @throws IOException if the disk's size is not known
     */
    public StreamJob(String id, StreamDisk disk, StreamOptions options, Consumer<Job> onEnd) throws IOException {
        this(id, disk, options, onEnd, JobClock.SYSTEM);
    }

    StreamJob(String id, StreamDisk disk, StreamOptions options, Consumer<Job> onEnd, JobClock clock)
            throws IOException {
        this.id = id;
        this.disk = disk;
        this.control = new JobControl(clock, options.speed(), disk.size());
        int unit = disk.unit();
        this.chunkBytes = (options.requestBytes() + unit - 1) / unit * unit;
        this.inFlight = options.inFlight();
        this.queue = new ChunkQueue(disk, control, chunkBytes);
        this.main = Thread.ofPlatform().name(id).daemon(true).unstarted(() -> run(onEnd));
    }

    /** Begins. Called once. */
    public void start() {
        main.start();
    }

    private void run(Consumer<Job> onEnd) {
        try (Arena arena = Arena.ofShared()) {
            List<ChunkCopy> copies = new ArrayList<>();
            for (int i = 0; i < inFlight; i++) {
                copies.add(new ChunkCopy(disk, arena.allocate(chunkBytes, PAGE).asByteBuffer()));
            }
            copyAll(copies);
            if (control.beginCompletion()) {
                disk.flush();
                disk.complete(() -> settle(copies.get(0)));
            } else if (control.failure() == null) {
                disk.flush();
            }
        } catch (Throwable e) {
            control.fail(e);
        }
        try {
            disk.release();
        } catch (IOException | RuntimeException | Error e) {
            control.fail(e);
        }
        onEnd.accept(this);
        control.end();
    }

    private void copyAll(List<ChunkCopy> copies) {
        copyQueued(copies);
        for (int round = 0; round < ROUNDS && !control.isStopping(); round++) {
            RangeLocks.Unsettled part = disk.ranges().takeUnsettled();
            if (part == null) {
                return;
            }
            queue.restart(part);
            copyQueued(copies);
        }
    }

    private void copyQueued(List<ChunkCopy> copies) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i < copies.size(); i++) {
            ChunkCopy copy = copies.get(i);
            threads.add(Thread.ofPlatform().name(id + "-" + i).daemon(true).start(() -> work(copy)));
        }
        work(copies.get(0));
        threads.forEach(StreamJob::join);
    }

    private void work(ChunkCopy copy) {
        try {
            boolean more = true;
            while (more && control.proceed(chunkBytes)) {
                more = copyNext(copy);
            }
        } catch (Throwable e) {
            control.fail(e);
            order.stop();
        }
    }

    private boolean copyNext(ChunkCopy copy) throws IOException {
        long fresh = 0;
        long copied = 0;
        try {
            // The gate comes before the range: a user may wait for the range inside of his own gate, so a change of the
            // graph, which closes all gates one after the other, must find the job inside until it has left the range.
            int ticket = disk.enter();
            try {
                ChunkQueue.Chunk chunk = queue.take();
                if (chunk == null) {
                    return false;
                }
                copied = copy.run(chunk, order);
                fresh = chunk.fresh();
            } finally {
                disk.exit(ticket);
            }
            if (unflushed.addAndGet(copied) >= FLUSH_BYTES) {
                unflushed.set(0);
                disk.flush();
            }
            return true;
        } finally {
            control.finished(chunkBytes, fresh, copied);
        }
    }

    /** Copies what users have let go of since it was last looked at; nobody else uses the disk now. */
    private void settle(ChunkCopy copy) throws IOException {
        RangeLocks.Unsettled part = disk.ranges().takeUnsettled();
        if (part == null) {
            return;
        }
        queue.restart(part);
        for (ChunkQueue.Chunk chunk = queue.take(); chunk != null; chunk = queue.take()) {
            control.copied(copy.run(chunk, order));
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Kind kind() {
        return Kind.STREAM;
    }

    @Override
    public State state() {
        return control.state();
    }

    @Override
    public JobProgress progress() {
        return control.progress();
    }

    @Override
    public void pause() {
        control.pause();
    }

    @Override
    public void resume() {
        control.resume();
    }

    @Override
    public void cancel() {
        control.cancel();
        control.awaitEnd();
        join(main);
    }

    @Override
    public void speed(long bytesPerSecond) {
        control.speed(bytesPerSecond);
    }

    @Override
    public State await() throws IOException {
        control.awaitEnd();
        join(main);
        Throwable failure = control.failure();
        if (failure instanceof IOException io) {
            throw io;
        } else if (failure instanceof RuntimeException unexpected) {
            throw unexpected;
        } else if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw new IOException(failure);
        }
        return control.state();
    }

    @Override
    public String toString() {
        return id + " (" + state() + ")";
    }
}
