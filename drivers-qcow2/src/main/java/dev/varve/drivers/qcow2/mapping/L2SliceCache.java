// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * L2 slices in memory, bounded in bytes, found by their number on the disk. A hit takes no lock and allocates nothing:
 * two array reads. Nothing is set aside before it is used, so a layer that is never asked costs nothing. Slices leave
 * by the clock rule; dirty ones stay until they are written, and whoever makes them dirty sees to that
 * ({@link #isFullOfDirty}).
 */
public final class L2SliceCache {
    private static final int GROUP_BITS = 7;
    private static final int STRIPES = 4;

    /** Reads a slice from its L2 table. */
    @FunctionalInterface
    public interface Source {
        /** The bytes of a slice, flipped; null where there is no L2 table. */
        @Nullable ByteBuffer read(long number) throws IOException;
    }

    private final Source source;
    private final int entriesPerSlice;
    private final int capacity;
    private final ReentrantLock[] loading = new ReentrantLock[STRIPES];
    private final ReentrantLock accounting = new ReentrantLock();
    private final ArrayDeque<L2Slice> clock = new ArrayDeque<>();
    private final Set<L2Slice> dirty = new LinkedHashSet<>();
    private volatile AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable L2Slice>> groups;

    /**
     * An empty cache.
     *
     * @param source where slices come from
     * @param entriesPerSlice entries of a slice
     * @param capacity the most slices it keeps, not counting dirty ones
     */
    public L2SliceCache(Source source, int entriesPerSlice, int capacity) {
        this.source = source;
        this.entriesPerSlice = entriesPerSlice;
        this.capacity = Math.max(2, capacity);
        this.groups = new AtomicReferenceArray<>(1);
        for (int i = 0; i < STRIPES; i++) {
            loading[i] = new ReentrantLock();
        }
    }

    /** The slice if it is in memory. */
    public @Nullable L2Slice find(long number) {
        L2Slice slice = peek(number);
        if (slice != null && !slice.referenced) {
            slice.referenced = true;
        }
        return slice;
    }

    /** The slice if it is in memory; does not count as a use. */
    @Nullable L2Slice peek(long number) {
        int group = (int) (number >>> GROUP_BITS);
        AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable L2Slice>> here = groups;
        if (group >= here.length()) {
            return null;
        }
        AtomicReferenceArray<@Nullable L2Slice> slots = here.get(group);
        return slots == null ? null : slots.get(slotOf(number));
    }

    private static int slotOf(long number) {
        return (int) number & (1 << GROUP_BITS) - 1;
    }

    /** The slice, read if need be; null where there is no L2 table. */
    public @Nullable L2Slice load(long number) throws IOException {
        L2Slice slice = find(number);
        return slice != null ? slice : read(number);
    }

    private @Nullable L2Slice read(long number) throws IOException {
        ReentrantLock stripe = loading[(int) number & STRIPES - 1];
        stripe.lock();
        try {
            L2Slice slice = find(number);
            if (slice == null) {
                ByteBuffer bytes = source.read(number);
                if (bytes == null) {
                    return null;
                }
                long[] entries = new long[entriesPerSlice];
                bytes.asLongBuffer().get(entries);
                slice = new L2Slice(number, entries);
                insert(slice);
            }
            return slice;
        } finally {
            stripe.unlock();
        }
    }

    private void insert(L2Slice slice) {
        accounting.lock();
        try {
            while (clock.size() >= capacity && evictOne()) {
                continue;
            }
            slots(slice.number).set(slotOf(slice.number), slice);
            clock.add(slice);
        } finally {
            accounting.unlock();
        }
    }

    private AtomicReferenceArray<@Nullable L2Slice> slots(long number) {
        int group = (int) (number >>> GROUP_BITS);
        if (group >= groups.length()) {
            AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable L2Slice>> grown =
                    new AtomicReferenceArray<>(Math.max(group + 1, groups.length() * 2));
            for (int i = 0; i < groups.length(); i++) {
                grown.set(i, groups.get(i));
            }
            groups = grown;
        }
        AtomicReferenceArray<@Nullable L2Slice> slots = groups.get(group);
        if (slots == null) {
            slots = new AtomicReferenceArray<>(1 << GROUP_BITS);
            groups.set(group, slots);
        }
        return slots;
    }

    private boolean evictOne() {
        for (int turns = 2 * clock.size(); turns > 0; turns--) {
            L2Slice slice = clock.remove();
            if (!slice.dirty && !slice.referenced) {
                slots(slice.number).set(slotOf(slice.number), null);
                return true;
            }
            slice.referenced = false;
            clock.add(slice);
        }
        return false;
    }

    /**
     * The slice to be changed: dirty from now on, so that it stays. Under the metadata lock; its L2 table must exist
     * and be this image's alone.
     */
    public L2Slice forUpdate(long number) throws IOException {
        while (true) {
            L2Slice slice = load(number);
            if (slice == null) {
                throw new IllegalStateException("slice " + number + " has no L2 table");
            }
            accounting.lock();
            try {
                // It may have been evicted between the two steps; then the change would be lost.
                if (find(number) == slice) {
                    slice.dirty = true;
                    dirty.add(slice);
                    return slice;
                }
            } finally {
                accounting.unlock();
            }
        }
    }

    /** The changed slices. Under the metadata lock. */
    public List<L2Slice> dirtySlices() {
        accounting.lock();
        try {
            return new ArrayList<>(dirty);
        } finally {
            accounting.unlock();
        }
    }

    /** Tells that a slice was written. Under the metadata lock. */
    public void markClean(L2Slice slice) {
        accounting.lock();
        try {
            slice.dirty = false;
            dirty.remove(slice);
        } finally {
            accounting.unlock();
        }
    }

    /** Tells whether dirty slices should be written now for the cache to stay within its bound. */
    public boolean isFullOfDirty() {
        accounting.lock();
        try {
            return dirty.size() * 2 > capacity;
        } finally {
            accounting.unlock();
        }
    }
}
