// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Deals out the parts of a disk that need something, in their order; what needs nothing is passed over in runs as long
 * as the disk can tell. Thread-safe.
 */
final class ChunkQueue {
    /**
     * A part of a disk, in whole units of its top.
     *
     * @param number counts the chunks of a job from 0
     * @param offset where it begins
     * @param bytes its length
     * @param fresh how many of these bytes no one has been told of yet
     * @param range its place among the writes
     */
    record Chunk(long number, long offset, int bytes, long fresh, RangeLocks.Range range) {}

    private final StreamDisk disk;
    private final JobControl control;
    private final int chunkBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private long position;
    private long end = Long.MAX_VALUE;
    private long number;

    /** The chunks of a whole disk, each at most so long, which is a multiple of the disk's unit. */
    ChunkQueue(StreamDisk disk, JobControl control, int chunkBytes) {
        this.disk = disk;
        this.control = control;
        this.chunkBytes = chunkBytes;
    }

    /** Deals out a part of the disk once more. */
    void restart(RangeLocks.Unsettled part) {
        lock.lock();
        try {
            position = part.offset();
            end = part.end();
        } finally {
            lock.unlock();
        }
    }

    /** The next chunk, in the queue for its range; null at the end, and where the job stops. */
    @Nullable Chunk take() throws IOException {
        lock.lock();
        try {
            while (!control.isStopping()) {
                long size = disk.size();
                control.total(size);
                long limit = Math.min(end, size);
                if (position >= limit) {
                    return null;
                }
                StreamDisk.Run run = disk.need(position, limit - position);
                if (run.need() != StreamDisk.Need.NOTHING) {
                    return chunkHere(size);
                }
                position += run.bytes();
                control.passed(run.bytes());
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private Chunk chunkHere(long size) {
        long begin = position - position % disk.unit();
        long stop = Math.min((begin / chunkBytes + 1) * chunkBytes, size);
        long fresh = stop - position;
        position = stop;
        return new Chunk(number++, begin, (int) (stop - begin), fresh,
                disk.ranges().enqueueCopy(begin, stop - begin));
    }
}
