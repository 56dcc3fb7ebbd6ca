// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import dev.varve.api.job.Job.State;
import dev.varve.api.job.JobProgress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The reins of a job: its state, rests, cancellation, speed limit and progress. The workers ask before each piece of
 * work whether and when they may do it. Thread-safe.
 */
final class JobControl {
    /*
     * The limit deals out time: a piece takes its share of it from `free` on when it begins, by the size it may have,
     * and gives back at its end what it did not copy. A new speed ends all waiting, `epoch` tells the waiters.
     */
    private final JobClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.RUNNING;
    private boolean stopping;
    private boolean completing;
    private @Nullable Throwable failure;
    private int active;
    private long speed;
    private long free;
    private int epoch;
    private long done;
    private long total;
    private long copied;
    private long workedBefore;
    private long since;

    JobControl(JobClock clock, long speed, long total) {
        this.clock = clock;
        this.speed = speed;
        this.total = total;
        this.since = clock.nanos();
        this.free = since;
    }

    /** Waits until a worker may deal with a piece of at most so many bytes; false to stop. */
    boolean proceed(long bytes) {
        lock.lock();
        try {
            boolean reserved = false;
            int reservedIn = epoch;
            long begin = 0;
            while (!stopping) {
                if (state == State.PAUSED) {
                    changed.awaitUninterruptibly();
                    continue;
                }
                if (speed != 0 && (!reserved || reservedIn != epoch)) {
                    begin = reserve(bytes);
                    reserved = true;
                    reservedIn = epoch;
                }
                if (speed == 0 || begin - clock.nanos() <= 0) {
                    active++;
                    return true;
                }
                clock.willWait(begin - clock.nanos());
                long unused = changed.awaitNanos(begin - clock.nanos());
            }
            return false;
        } catch (InterruptedException e) {
            // The thread is the job's own: nobody else has a reason to interrupt it.
            fail(e);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private long reserve(long bytes) {
        long now = clock.nanos();
        long begin = free - now > 0 ? free : now;
        free = begin + timeFor(bytes);
        return begin;
    }

    private long timeFor(long bytes) {
        return (long) ((double) bytes * TimeUnit.SECONDS.toNanos(1) / speed);
    }

    /** Notes the end of a piece that {@link #proceed} let through. */
    void finished(long mostBytes, long bytes, long copiedBytes) {
        lock.lock();
        try {
            active--;
            done += bytes;
            copied += copiedBytes;
            if (speed != 0) {
                free -= timeFor(Math.max(0, mostBytes - copiedBytes));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Notes bytes that needed nothing. */
    void passed(long bytes) {
        lock.lock();
        try {
            done += bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Notes what was copied outside of a piece of work. */
    void copied(long bytes) {
        lock.lock();
        try {
            copied += bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Notes the size that the disk has now. */
    void total(long bytes) {
        lock.lock();
        try {
            total = bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end of a rest; from here on the job completes and cannot be cancelled. False to stop. */
    boolean beginCompletion() {
        lock.lock();
        try {
            while (!stopping && state == State.PAUSED) {
                changed.awaitUninterruptibly();
            }
            completing = !stopping;
            return completing;
        } finally {
            lock.unlock();
        }
    }

    boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    void pause() {
        lock.lock();
        try {
            if (state == State.RUNNING && !stopping && !completing) {
                workedBefore += clock.nanos() - since;
                state = State.PAUSED;
                changed.signalAll();
            }
            while (state == State.PAUSED && active != 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            if (state == State.PAUSED) {
                state = State.RUNNING;
                since = clock.nanos();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void speed(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("speed " + bytesPerSecond + " is negative");
        }
        lock.lock();
        try {
            speed = bytesPerSecond;
            free = clock.nanos();
            epoch++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets no more work begin. */
    void cancel() {
        lock.lock();
        try {
            stopping |= !completing;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets no more work begin, for a reason; the first one counts. */
    void fail(Throwable reason) {
        lock.lock();
        try {
            if (failure == null) {
                failure = reason;
            } else if (!failure.equals(reason)) {
                failure.addSuppressed(reason);
            }
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Puts the job into its final state. */
    void end() {
        lock.lock();
        try {
            if (state == State.RUNNING) {
                workedBefore += clock.nanos() - since;
            }
            state = failure != null ? State.FAILED : stopping ? State.CANCELLED : State.COMPLETED;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void awaitEnd() {
        lock.lock();
        try {
            while (!state.isFinal()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    @Nullable Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    JobProgress progress() {
        lock.lock();
        try {
            long worked = workedBefore + (state == State.RUNNING ? clock.nanos() - since : 0);
            long reached = Math.min(done, total);
            return new JobProgress(reached, total, copied, Duration.ofNanos(worked), left(worked, reached));
        } finally {
            lock.unlock();
        }
    }

    /** As if the rest of the disk took as long, byte by byte, as what is done. */
    private Optional<Duration> left(long worked, long reached) {
        if (reached == total) {
            return Optional.of(Duration.ZERO);
        }
        if (reached == 0 || worked <= 0) {
            return Optional.empty();
        }
        double nanos = (double) worked / reached * (total - reached);
        return nanos >= Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos((long) nanos));
    }
}
