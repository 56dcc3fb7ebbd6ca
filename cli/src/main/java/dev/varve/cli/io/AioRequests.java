// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The requests of {@code aio_read} and {@code aio_write} that are under way, each on a thread of its own. What they
 * came to is kept in the order in which they ended, until the session prints it between its commands.
 *
 * <p>To submit a request waits a moment for it to end, so that requests that nothing holds up end in the order in
 * which they were submitted.
 */
final class AioRequests {
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final List<String> texts = new ArrayList<>();
    private final boolean brief;
    private int running;
    private Thread last = Thread.currentThread();

    AioRequests(boolean brief) {
        this.brief = brief;
    }

    /**
     * Starts a request.
     *
     * @param label what a failure is reported by: {@code aio_write} or {@code readv}
     * @param request reports when it ends
     * @param held tells that it will not end by itself, so that there is nothing to wait for
     */
    void submit(String label, IoRequest request, BooleanSupplier held) {
        lock.lock();
        try {
            running++;
            Thread thread = Thread.ofPlatform().daemon().name(label).unstarted(() -> end(outcome(label, request)));
            thread.start();
            long until = System.nanoTime() + MOMENT_NANOS;
            while (!last.equals(thread) && System.nanoTime() - until < 0 && !held.getAsBoolean()) {
                ended.awaitNanos(LOOK_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private String outcome(String label, IoRequest request) {
        try {
            return request.run().text();
        } catch (IOException e) {
            return label + " failed: " + IoFailure.text(e, brief) + "\n";
        } catch (RuntimeException | OutOfMemoryError e) {
            return label + " failed: " + e + "\n";
        }
    }

    private void end(String text) {
        lock.lock();
        try {
            texts.add(text);
            running--;
            last = Thread.currentThread();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What has ended since this was asked last, in that order. */
    List<String> ended() {
        lock.lock();
        try {
            List<String> taken = List.copyOf(texts);
            texts.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something is so that requests bring about; looks whenever one ends and every few milliseconds. */
    void await(BooleanSupplier condition) {
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                ended.awaitNanos(LOOK_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until none is under way. */
    void drain() {
        lock.lock();
        try {
            while (running > 0) {
                ended.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
