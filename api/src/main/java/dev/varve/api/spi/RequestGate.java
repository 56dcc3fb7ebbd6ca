// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets many requests through at once and now and then nobody. Passing costs two uncontended atomic steps on a counter
 * that few threads share, so the gate can stand on the hot path. Thread-safe. A thread that is inside must neither
 * enter again nor close the gate: both can wait for ever.
 */
public final class RequestGate {
    /*
     * Dekker's handshake: a request counts itself in and then looks at `closures`; a closer raises `closures` and then
     * looks at the counters. Both steps are sequentially consistent, so at least one of the two sees the other.
     */
    private static final int STRIPES = 16;
    private static final int STRIDE = 16;

    private final AtomicLongArray inside = new AtomicLongArray((STRIPES + 1) * STRIDE);
    private final ReentrantLock gateLock = new ReentrantLock();
    private final Condition changed = gateLock.newCondition();
    private volatile int closures;

    /** An open gate. */
    public RequestGate() {
    }

    /**
     * Passes the gate, waiting while it is closed.
     *
     * @return a ticket for {@link #exit}
     */
    public int enter() {
        int stripe = (((int) Thread.currentThread().threadId() & (STRIPES - 1)) + 1) * STRIDE;
        while (true) {
            inside.getAndIncrement(stripe);
            if (closures == 0) {
                return stripe;
            }
            exit(stripe);
            awaitOpen();
        }
    }

    /**
     * Leaves.
     *
     * @param ticket what {@link #enter} returned
     */
    public void exit(int ticket) {
        inside.getAndDecrement(ticket);
        if (closures != 0) {
            signal();
        }
    }

    /** Closes the gate and waits until nobody is inside. Nests: opens with the last {@link #open}. */
    public void close() {
        gateLock.lock();
        try {
            closures++;
            while (count() != 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            gateLock.unlock();
        }
    }

    /** Ends one {@link #close}. */
    public void open() {
        gateLock.lock();
        try {
            if (closures == 0) {
                throw new IllegalStateException("the gate is open");
            }
            closures--;
            changed.signalAll();
        } finally {
            gateLock.unlock();
        }
    }

    /**
     * How many are inside.
     *
     * @return a snapshot
     */
    public long count() {
        long sum = 0;
        for (int stripe = 1; stripe <= STRIPES; stripe++) {
            sum += inside.get(stripe * STRIDE);
        }
        return sum;
    }

    private void awaitOpen() {
        gateLock.lock();
        try {
            while (closures != 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            gateLock.unlock();
        }
    }

    private void signal() {
        gateLock.lock();
        try {
            changed.signalAll();
        } finally {
            gateLock.unlock();
        }
    }
}
