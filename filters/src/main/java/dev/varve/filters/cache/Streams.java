// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** Tells sequential reads from others: where the last reads ended. Several streams may run at once. Thread-safe. */
final class Streams {
    private static final int REMEMBERED = 8;
    private static final long NOWHERE = -1;

    private final AtomicLongArray ends = new AtomicLongArray(REMEMBERED);
    private final AtomicInteger next = new AtomicInteger();

    Streams() {
        for (int i = 0; i < REMEMBERED; i++) {
            ends.set(i, NOWHERE);
        }
    }

    /** Notes a read and tells whether it begins where one of the last ones ended. */
    boolean goesOn(long offset, long bytes) {
        for (int i = 0; i < REMEMBERED; i++) {
            if (ends.compareAndSet(i, offset, offset + bytes)) {
                return true;
            }
        }
        ends.set(next.getAndIncrement() & REMEMBERED - 1, offset + bytes);
        return false;
    }
}
