// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the changes of one graph. A fact is computed like this: read the generation, compute, stamp with what was
 * read. A change is made like this: change, then bump. A race can then leave a stale stamp, never a wrong fact under a
 * current one. Thread-safe.
 */
final class Generation {
    private final AtomicLong current = new AtomicLong(1);
    private final AtomicLong medium = new AtomicLong(1);

    long current() {
        return current.get();
    }

    /** The generation of media: sizes read in an earlier one must be read again. */
    long medium() {
        return medium.get();
    }

    void bump() {
        current.incrementAndGet();
    }

    void bumpMedium() {
        medium.incrementAndGet();
        current.incrementAndGet();
    }
}
