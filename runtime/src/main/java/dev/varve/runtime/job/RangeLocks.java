// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of a disk that are being written by its users, or copied by a job. A copy writes what it has read a moment
 * before; a user's write in between would be undone. So a copy excludes the writes that overlap it, and the other way
 * round; writes among themselves are no concern of this class. Who comes first goes first, so nobody waits for ever
 * and nobody waits in a circle. Thread-safe.
 */
public final class RangeLocks {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    /** In the order of their arrival; as many as threads that write. */
    private final List<Range> ranges = new ArrayList<>();
    private @Nullable Unsettled unsettled;

    /** What a part of a disk holds may have been given up since it was looked at. */
    record Unsettled(long offset, long end) {
        Unsettled joined(Unsettled other) {
            return new Unsettled(Math.min(offset, other.offset), Math.max(end, other.end));
        }
    }

    /** A range that somebody has, or waits for. */
    public final class Range {
        private final long offset;
        private final long end;
        private final boolean copy;
        private final boolean loss;

        private Range(long offset, long bytes, boolean copy, boolean loss) {
            this.offset = offset;
            this.end = bytes > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + bytes;
            this.copy = copy;
            this.loss = loss;
        }

        private boolean excludes(Range other) {
            return (copy || other.copy) && offset < other.end && other.offset < end;
        }

        /** Ends the write or the copy. */
        void leave() {
            lock.lock();
            try {
                if (loss) {
                    // Only now: who looks at it earlier may find what was there before.
                    Unsettled more = new Unsettled(offset, end);
                    unsettled = unsettled == null ? more : unsettled.joined(more);
                }
                ranges.remove(this);
                left.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** No ranges. */
    public RangeLocks() {
    }

    /**
     * Begins a user's write, waiting while the range is copied.
     *
     * @param offset where it begins
     * @param bytes how much is written
     * @return to be left
     */
    public Range enterWrite(long offset, long bytes) {
        Range range = enqueue(new Range(offset, bytes, false, false));
        await(range);
        return range;
    }

    /**
     * Begins what may let go of content: a discard, a change of the size. A job that has passed the range looks at it
     * once more.
     *
     * @param offset where it begins
     * @param bytes how much is concerned; may reach beyond the end of the disk
     * @return to be left
     */
    public Range enterLoss(long offset, long bytes) {
        Range range = enqueue(new Range(offset, bytes, false, true));
        await(range);
        return range;
    }

    /** Takes a place in the queue for a copy, without waiting. */
    Range enqueueCopy(long offset, long bytes) {
        return enqueue(new Range(offset, bytes, true, false));
    }

    private Range enqueue(Range range) {
        lock.lock();
        try {
            ranges.add(range);
        } finally {
            lock.unlock();
        }
        return range;
    }

    /** Waits until nobody who came before excludes the range. */
    void await(Range range) {
        lock.lock();
        try {
            while (isHeldOff(range)) {
                left.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isHeldOff(Range range) {
        for (Range earlier : ranges) {
            if (earlier == range) {
                return false;
            }
            if (earlier.excludes(range)) {
                return true;
            }
        }
        throw new IllegalStateException("the range was left");
    }

    /**
     * Ends a write.
     *
     * @param range what its beginning returned, or null where it entered none
     */
    public static void leave(@Nullable Range range) {
        if (range != null) {
            range.leave();
        }
    }

    /** What was let go of since the last call; null for nothing. */
    @Nullable Unsettled takeUnsettled() {
        lock.lock();
        try {
            Unsettled taken = unsettled;
            unsettled = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** How many ranges somebody has or waits for. */
    int size() {
        lock.lock();
        try {
            return ranges.size();
        } finally {
            lock.unlock();
        }
    }
}
