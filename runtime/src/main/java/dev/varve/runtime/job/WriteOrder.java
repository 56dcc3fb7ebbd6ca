// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets the writes of numbered chunks begin in their order, so that a format which allocates as it is written lays the
 * disk out in order, while several run at once. Thread-safe.
 */
final class WriteOrder {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private long turn;
    private boolean stopped;

    /** Waits until the writes of all chunks before this one have begun; false where they never will. */
    boolean begin(long number) {
        lock.lock();
        try {
            while (turn != number && !stopped) {
                advanced.awaitUninterruptibly();
            }
            turn++;
            advanced.signalAll();
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody begin any more. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
