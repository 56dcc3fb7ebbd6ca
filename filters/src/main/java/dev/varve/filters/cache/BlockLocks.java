// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks for blocks. Many blocks share one; a run of blocks takes those of all of them, always in the same order. A
 * thread that holds a run must not ask for another one.
 */
final class BlockLocks {
    private static final int STRIPES = 256;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    BlockLocks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** Waits until the blocks {@code first} to {@code last} are this thread's. */
    void lock(long first, long last) {
        for (int i = 0; i < STRIPES; i++) {
            if (covers(first, last, i)) {
                stripes[i].lock();
            }
        }
    }

    /** Ends a {@link #lock} of the same blocks. */
    void unlock(long first, long last) {
        for (int i = 0; i < STRIPES; i++) {
            if (covers(first, last, i)) {
                stripes[i].unlock();
            }
        }
    }

    void lock(long block) {
        stripes[stripe(block)].lock();
    }

    void unlock(long block) {
        stripes[stripe(block)].unlock();
    }

    private static boolean covers(long first, long last, int stripe) {
        return last - first >= STRIPES - 1 || (stripe - stripe(first) & STRIPES - 1) <= last - first;
    }

    private static int stripe(long block) {
        return (int) (block & STRIPES - 1);
    }
}
