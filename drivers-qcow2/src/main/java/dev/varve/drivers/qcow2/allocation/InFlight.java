// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Guest clusters that a write is just giving host clusters to (QEMU's {@code cluster_allocs}). Who wants to change the
 * mapping of one of them waits until the write is done: so no update is lost. Under the metadata lock.
 */
final class InFlight {
    /** By first cluster; ranges do not overlap. */
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private final Condition finished;

    InFlight(ReentrantLock metadataLock) {
        finished = metadataLock.newCondition();
    }

    /** Waits until nothing overlaps the clusters; true where it had to. */
    boolean await(long first, long end) {
        boolean waited = false;
        while (overlaps(first, end)) {
            finished.awaitUninterruptibly();
            waited = true;
        }
        return waited;
    }

    private boolean overlaps(long first, long end) {
        Map.Entry<Long, Long> before = ends.lowerEntry(end);
        return before != null && before.getValue() > first;
    }

    /** The end of what is free of writes from a cluster on that is; at most {@code end}. */
    long freeUntil(long first, long end) {
        Long next = ends.ceilingKey(first);
        return next == null ? end : Math.min(next, end);
    }

    void begin(long first, long end) {
        ends.put(first, end);
    }

    void finish(long first) {
        ends.remove(first);
        finished.signalAll();
    }
}
