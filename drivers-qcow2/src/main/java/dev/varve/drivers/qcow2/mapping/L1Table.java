// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The active L1 table, read page by page on first use. Pages of zeroes are all the same page, and clean pages are
 * dropped when there are many: a table costs what it maps, not what it could map. Looking up takes no lock; changes
 * are made under the metadata lock.
 */
public final class L1Table {
    private static final int PAGE_BITS = 9;
    private static final int PAGE_ENTRIES = 1 << PAGE_BITS;
    private static final int MAX_CLEAN_PAGES = (8 << 20) / (PAGE_ENTRIES * Long.BYTES);
    /** Stands for a page of zeroes. */
    private static final long[] NO_TABLES = {};
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final HostFile file;
    private final Geometry geometry;
    private final ReentrantLock loading = new ReentrantLock();
    private final BitSet dirty = new BitSet();
    private volatile Place place;
    private int loadedPages;

    /** Where the table is, and its pages; null for a page that has not been read. */
    private record Place(long offset, int entries, AtomicReferenceArray<long @Nullable []> pages) {
        Place(long offset, int entries) {
            this(offset, entries, new AtomicReferenceArray<>((entries + PAGE_ENTRIES - 1) >>> PAGE_BITS));
        }
    }

    /** The table that a header names. */
    public L1Table(HostFile file, Geometry geometry, Tables tables) {
        this.file = file;
        this.geometry = geometry;
        this.place = new Place(tables.l1Offset(), tables.l1Entries());
    }

    /** The number of entries. */
    public int entries() {
        return place.entries;
    }

    /** The checked word of an entry; 0 where there is no L2 table. */
    public long bits(long index) throws IOException {
        long[] page = page(pageOf(index));
        long bits = page.length == 0 ? 0 : (long) WORDS.getAcquire(page, slotOf(index));
        return bits == 0 ? 0 : L1Entry.parse(bits, geometry).bits();
    }

    /** How many entries from {@code index} on have no L2 table and nothing wrong, at most {@code most}. */
    public long unusedRun(long index, long most) throws IOException {
        long end = Math.min(index + most, entries());
        long at = index;
        while (at < end) {
            long[] page = page(pageOf(at));
            if (page.length == 0) {
                at = Math.min(end, pageOf(at) + 1L << PAGE_BITS);
            } else if (((long) WORDS.getAcquire(page, slotOf(at)) & ~L1Entry.COPIED) == 0) {
                at++;
            } else {
                break;
            }
        }
        return at - index;
    }

    /** The offsets of L2 tables, unchecked, at most {@code most} of them. */
    public long[] tableOffsets(int most) throws IOException {
        long[] found = new long[16];
        int count = 0;
        for (long index = unusedRun(0, entries()); index < entries() && count < most;
                index += 1 + unusedRun(index + 1, entries())) {
            long offset = (long) WORDS.getAcquire(page(pageOf(index)), slotOf(index)) & L1Entry.OFFSET_MASK;
            if (offset != 0) {
                found = count < found.length ? found : Arrays.copyOf(found, 2 * count);
                found[count++] = offset;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private static int pageOf(long index) {
        return (int) (index >>> PAGE_BITS);
    }

    private static int slotOf(long index) {
        return (int) index & PAGE_ENTRIES - 1;
    }

    private long[] page(int number) throws IOException {
        long[] page = place.pages.get(number);
        return page != null ? page : loadPage(number);
    }

    private long[] loadPage(int number) throws IOException {
        loading.lock();
        try {
            Place here = place;
            long[] page = here.pages.get(number);
            if (page == null) {
                page = readPage(here, number);
                makeRoom(here);
                here.pages.set(number, page);
                loadedPages += page.length == 0 ? 0 : 1;
            }
            return page;
        } finally {
            loading.unlock();
        }
    }

    private long[] readPage(Place here, int number) throws IOException {
        int entries = entriesOf(here, number);
        ByteBuffer bytes = ByteBuffer.allocate(entries * Long.BYTES);
        file.readTable("L1 table", here.offset + ((long) number << PAGE_BITS) * Long.BYTES, bytes);
        long[] page = new long[PAGE_ENTRIES];
        bytes.flip().asLongBuffer().get(page, 0, entries);
        return Arrays.stream(page).allMatch(bits -> bits == 0) ? NO_TABLES : page;
    }

    private static int entriesOf(Place here, int number) {
        return Math.min(PAGE_ENTRIES, here.entries - (number << PAGE_BITS));
    }

    private void makeRoom(Place here) {
        if (loadedPages < MAX_CLEAN_PAGES) {
            return;
        }
        loadedPages = 0;
        for (int number = 0; number < here.pages.length(); number++) {
            if (dirty.get(number)) {
                loadedPages++;
            } else {
                here.pages.set(number, null);
            }
        }
    }

    /** Changes an entry in memory. Under the metadata lock. */
    public void set(long index, L1Entry entry) throws IOException {
        loading.lock();
        try {
            int number = pageOf(index);
            long[] page = page(number);
            if (page.length == 0) {
                page = new long[PAGE_ENTRIES];
                loadedPages++;
                place.pages.set(number, page);
            }
            WORDS.setRelease(page, slotOf(index), entry.bits());
            dirty.set(number);
        } finally {
            loading.unlock();
        }
    }

    /** Tells whether entries were changed and not written. Under the metadata lock. */
    public boolean isDirty() {
        return !dirty.isEmpty();
    }

    /** Writes the changed pages. Under the metadata lock; flushing is the caller's. */
    public void write() throws IOException {
        Place here = place;
        for (int number = dirty.nextSetBit(0); number >= 0; number = dirty.nextSetBit(number + 1)) {
            writePage(here, number, page(number));
            dirty.clear(number);
        }
    }

    private void writePage(Place to, int number, long[] page) throws IOException {
        int entries = entriesOf(to, number);
        ByteBuffer bytes = ByteBuffer.allocate(entries * Long.BYTES);
        if (page.length > 0) {
            bytes.asLongBuffer().put(page, 0, entries);
        }
        file.child().write(to.offset + ((long) number << PAGE_BITS) * Long.BYTES, bytes, RequestFlags.NONE);
    }

    /**
     * Writes the table to another place with more entries, the new ones unused. Nothing may be dirty. Under the
     * metadata lock.
     */
    public void copyTo(long offset, int entries) throws IOException {
        Place target = new Place(offset, entries);
        for (int number = 0; number < target.pages.length(); number++) {
            boolean old = (long) number << PAGE_BITS < entries();
            writePage(target, number, old ? page(number) : NO_TABLES);
        }
    }

    /** Takes the place of {@link #copyTo} for its own. Under the metadata lock. */
    public void moveTo(long offset, int entries) {
        loading.lock();
        try {
            loadedPages = 0;
            place = new Place(offset, entries);
        } finally {
            loading.unlock();
        }
    }
}
