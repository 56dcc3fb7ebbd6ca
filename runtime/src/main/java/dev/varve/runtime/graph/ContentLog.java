// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.spi.ChainLayer.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where a node that was once frozen has been changed since, coarsely and for a few versions back. A version
 * ends when somebody asks for it, which happens while nobody may change the node. Thread-safe.
 */
final class ContentLog {
    private static final int GRAIN_BITS = 20;
    private static final int MOST_RANGES = 256;
    private static final int MOST_VERSIONS = 16;

    /** The changes that each of the last versions brought; empty for changes that may be anywhere. */
    private List<Optional<List<Range>>> history = List.of();
    /** Since the last version; null for changes that may be anywhere. Most nodes never change: nothing is set aside. */
    private @Nullable List<Range> pending = List.of();
    private long version;
    private long own;
    private long foreign;

    /**
     * Notes a change.
     *
     * @param offset where it begins
     * @param bytes how many; may be {@link Long#MAX_VALUE}
     * @param byUser it came from a user of the graph, not from the node's parent
     */
    synchronized void changed(long offset, long bytes, boolean byUser) {
        own += byUser ? 0 : 1;
        foreign += byUser ? 1 : 0;
        if (pending == null) {
            return;
        }
        if (pending.isEmpty()) {
            pending = new ArrayList<>();
        }
        long begin = offset >>> GRAIN_BITS << GRAIN_BITS;
        long end = bytes > Long.MAX_VALUE - offset - (1 << GRAIN_BITS) ? Long.MAX_VALUE
                : offset + bytes + (1 << GRAIN_BITS) - 1 >>> GRAIN_BITS << GRAIN_BITS;
        for (int i = pending.size() - 1; i >= 0; i--) {
            Range range = pending.get(i);
            if (begin <= range.offset() + range.bytes() && range.offset() <= end) {
                begin = Math.min(begin, range.offset());
                end = Math.max(end, range.offset() + range.bytes());
                pending.remove(i);
            }
        }
        pending.add(new Range(begin, end - begin));
        if (pending.size() > MOST_RANGES) {
            pending = null;
        }
    }

    /** How many changes came from the node's parents. */
    synchronized long own() {
        return own;
    }

    /** How many changes came from users of the graph. */
    synchronized long foreign() {
        return foreign;
    }

    /** Notes that everything may have changed. */
    synchronized void everythingChanged() {
        pending = null;
    }

    /** The version that holds all changes so far. */
    synchronized long version() {
        if (pending == null || !pending.isEmpty()) {
            List<Optional<List<Range>>> longer = new ArrayList<>(history);
            longer.add(Optional.ofNullable(pending));
            history = List.copyOf(longer.subList(Math.max(0, longer.size() - MOST_VERSIONS), longer.size()));
            pending = List.of();
            version++;
        }
        return version;
    }

    /** What has changed since a version; empty where that is not known. */
    synchronized Optional<List<Range>> changesSince(long earlier) {
        long missing = version() - earlier;
        if (missing > history.size()) {
            return Optional.empty();
        }
        List<Range> changes = new ArrayList<>();
        for (Optional<List<Range>> ranges : history.subList(history.size() - (int) missing, history.size())) {
            if (ranges.isEmpty()) {
                return Optional.empty();
            }
            changes.addAll(ranges.get());
        }
        return Optional.of(changes);
    }
}
