// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;

/**
 * The memory that indexes may take together, in bytes. What was used least lately leaves first (the clock rule).
 * Thread-safe; readers never come here.
 */
final class IndexBudget {
    private static final long SMALLEST_DEFAULT = 4 << 20;
    private static final int HEAP_SHARE = 32;

    /** The budget of the process: a small part of the heap. */
    static final IndexBudget OF_PROCESS =
            new IndexBudget(Math.max(SMALLEST_DEFAULT, Runtime.getRuntime().maxMemory() / HEAP_SHARE));

    private final long most;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<SpanDirectory.Slot> clock = new ArrayDeque<>();
    private long used;

    IndexBudget(long most) {
        this.most = most;
    }

    /**
     * Puts a span in its place, after others had to make room; it is not kept where it does not fit at all.
     *
     * @param fresh the span's page, for the case that none is resident
     */
    void put(SpanDirectory directory, long number, SpanPage fresh, Span span) {
        lock.lock();
        try {
            while (directory.costOf(number, fresh, span) > most - used) {
                if (!evictOne()) {
                    return;
                }
            }
            used += directory.costOf(number, fresh, span);
            if (directory.put(number, fresh, span)) {
                clock.add(new SpanDirectory.Slot(directory, number));
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean evictOne() {
        for (int turns = 2 * clock.size(); turns > 0; turns--) {
            SpanDirectory.Slot slot = clock.remove();
            Span span = slot.span();
            if (span != null && span.wasUsed()) {
                clock.add(slot);
            } else if (span != null) {
                used -= slot.directory().remove(slot.number());
                slot.directory().noteEviction();
                return true;
            }
        }
        return false;
    }

    /** Drops the spans of a directory whose numbers are chosen. */
    void drop(SpanDirectory directory, LongPredicate chosen) {
        lock.lock();
        try {
            clock.removeIf(slot -> {
                boolean leaves = slot.directory() == directory && chosen.test(slot.number());
                if (leaves) {
                    used -= directory.remove(slot.number());
                }
                return leaves;
            });
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes there are. */
    long most() {
        return most;
    }

    /** How many bytes are used. */
    long used() {
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }
}
