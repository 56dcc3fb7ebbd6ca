// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The aligned ranges of a node that are being written. A write that covers a part of an aligned unit reads the unit,
 * changes the part and writes it back: another write of the unit meanwhile would be lost. So such a padded write
 * excludes all that overlap its units (QEMU's serialising requests); others pass each other. Who waits has nothing, so
 * nobody waits in a circle. Thread-safe.
 */
final class UnitRanges {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    /** As many as threads that write. */
    private final List<Range> active = new ArrayList<>();

    /** A range that somebody writes; equal ones stand for each other. */
    record Range(long from, long to, boolean padded) {
        private boolean excludes(Range other) {
            return (padded || other.padded) && from < other.to && other.from < to;
        }
    }

    /** Waits until a range may be written; it is until it is left. */
    Range enter(long from, long to, boolean padded) {
        Range range = new Range(from, to, padded);
        lock.lock();
        try {
            while (active.stream().anyMatch(range::excludes)) {
                left.awaitUninterruptibly();
            }
            active.add(range);
            return range;
        } finally {
            lock.unlock();
        }
    }

    void leave(Range range) {
        lock.lock();
        try {
            active.remove(range);
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
