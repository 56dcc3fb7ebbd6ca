// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.memory;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Pages by number, most of them absent. Thread-safe; a look-up takes no lock and allocates nothing.
 */
final class PageTable {
    /*
     * A radix tree of three levels. The two lower ones have 2^13 entries each, so that an empty one stands for
     * 512 MiB and for 4 TiB of pages of 64 KiB; the upper one grows with the highest page that was ever there.
     */
    static final int PAGE_BYTES = 64 << 10;
    private static final int LEVEL_BITS = 13;
    private static final int LEVEL_MASK = (1 << LEVEL_BITS) - 1;

    private volatile AtomicReferenceArray<Directory> top = new AtomicReferenceArray<>(1);
    private final AtomicInteger pages = new AtomicInteger();
    private final Object adding = new Object();

    private static final class Directory {
        final AtomicReferenceArray<Leaf> leaves = new AtomicReferenceArray<>(1 << LEVEL_BITS);
    }

    private static final class Leaf {
        final AtomicReferenceArray<byte[]> pages = new AtomicReferenceArray<>(1 << LEVEL_BITS);
    }

    /** How many pages there are. */
    int count() {
        return pages.get();
    }

    private @Nullable Directory directory(long page) {
        AtomicReferenceArray<Directory> directories = top;
        long index = page >>> 2 * LEVEL_BITS;
        return index < directories.length() ? directories.get((int) index) : null;
    }

    private static @Nullable Leaf leaf(Directory directory, long page) {
        return directory.leaves.get((int) (page >>> LEVEL_BITS) & LEVEL_MASK);
    }

    /** A page, or null where there is none. */
    byte @Nullable [] find(long page) {
        Directory directory = directory(page);
        Leaf leaf = directory == null ? null : leaf(directory, page);
        return leaf == null ? null : leaf.pages.get((int) page & LEVEL_MASK);
    }

    /** A page, made of zeroes where there was none. */
    byte[] findOrAdd(long page) {
        byte[] known = find(page);
        if (known != null) {
            return known;
        }
        byte[] fresh = new byte[PAGE_BYTES];
        synchronized (adding) {
            AtomicReferenceArray<byte[]> slots = leafToFill(page).pages;
            byte[] other = slots.compareAndExchange((int) page & LEVEL_MASK, null, fresh);
            if (other != null) {
                return other;
            }
        }
        pages.incrementAndGet();
        return fresh;
    }

    private Leaf leafToFill(long page) {
        int index = Math.toIntExact(page >>> 2 * LEVEL_BITS);
        if (index >= top.length()) {
            AtomicReferenceArray<Directory> longer = new AtomicReferenceArray<>(index + 1);
            for (int i = 0; i < top.length(); i++) {
                longer.set(i, top.get(i));
            }
            top = longer;
        }
        Directory directory = directory(page);
        if (directory == null) {
            directory = new Directory();
            top.set(index, directory);
        }
        Leaf leaf = leaf(directory, page);
        if (leaf == null) {
            leaf = new Leaf();
            directory.leaves.set((int) (page >>> LEVEL_BITS) & LEVEL_MASK, leaf);
        }
        return leaf;
    }

    /** Lets a page go. */
    void remove(long page) {
        Directory directory = directory(page);
        Leaf leaf = directory == null ? null : leaf(directory, page);
        if (leaf != null && leaf.pages.getAndSet((int) page & LEVEL_MASK, null) != null) {
            pages.decrementAndGet();
        }
    }

    /** The first page from one number on that is there; {@code end} where none is below it. */
    long next(long from, long end) {
        long page = from;
        while (page < end) {
            Directory directory = directory(page);
            Leaf leaf = directory == null ? null : leaf(directory, page);
            if (leaf == null) {
                int bits = directory == null ? 2 * LEVEL_BITS : LEVEL_BITS;
                page = (page >>> bits) + 1 << bits;
            } else if (leaf.pages.get((int) page & LEVEL_MASK) != null) {
                return page;
            } else {
                page++;
            }
        }
        return end;
    }
}
