// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The active L1 table, read page by page on first use. Pages of zeroes are all the same page, other pages are as small
 * as what they hold, and clean pages are dropped when there are many: a table costs what it maps, not what it could
 * map. Looking up takes no lock; changes are made under the metadata lock. Loading is under this object's monitor,
 * which costs a table that is only read nothing.
 */
public final class L1Table {
    private static final int PAGE_BITS = 9;
    private static final int PAGE_ENTRIES = 1 << PAGE_BITS;
    private static final int MAX_CLEAN_PAGES = (8 << 20) / (PAGE_ENTRIES * Long.BYTES);

    private final HostFile file;
    private final Geometry geometry;
    /** The pages that were changed; null where there never was any. */
    private @Nullable BitSet dirty;
    private volatile Place place;
    private int loadedPages;

    /** Where the table is, and its pages; null for a page that has not been read. */
    private record Place(long offset, int entries, AtomicReferenceArray<@Nullable L1Page> pages) {
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
        long bits = page(pageOf(index)).word(slotOf(index));
        if ((bits & L1Entry.OFFSET_MASK & geometry.clusterSize() - 1) != 0) {
            throw file.corruption().fatal("L2 table offset " + Hex.alternate(bits & L1Entry.OFFSET_MASK)
                    + " unaligned (L1 index: " + Hex.alternate(index) + ")");
        }
        return bits == 0 ? 0 : L1Entry.parse(bits, geometry).bits();
    }

    /**
     * How many entries from {@code index} on have no L2 table and nothing wrong, at most {@code most}. What the table
     * does not reach has none: that of a snapshot may be shorter than the disk.
     */
    public long unusedRun(long index, long most) throws IOException {
        long end = Math.min(index + most, entries());
        long at = index;
        while (at < end) {
            long first = at - slotOf(at);
            int endSlot = (int) Math.min(end - first, PAGE_ENTRIES);
            int used = page(pageOf(at)).nextUsed(slotOf(at), endSlot);
            at = first + used;
            if (used < endSlot) {
                break;
            }
        }
        return at >= entries() ? most : at - index;
    }

    /** The offsets of L2 tables, unchecked, at most {@code most} of them. */
    public long[] tableOffsets(int most) throws IOException {
        long[] found = new long[16];
        int count = 0;
        for (long index = unusedRun(0, entries()); index < entries() && count < most;
                index += 1 + unusedRun(index + 1, entries())) {
            long offset = page(pageOf(index)).word(slotOf(index)) & L1Entry.OFFSET_MASK;
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

    private L1Page page(int number) throws IOException {
        L1Page page = place.pages.get(number);
        return page != null ? page : loadPage(number);
    }

    private synchronized L1Page loadPage(int number) throws IOException {
        Place here = place;
        L1Page page = here.pages.get(number);
        if (page == null) {
            page = readPage(here, number);
            makeRoom(here);
            here.pages.set(number, page);
            loadedPages += page == L1Page.NO_TABLES ? 0 : 1;
        }
        return page;
    }

    private L1Page readPage(Place here, int number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(entriesOf(here, number) * Long.BYTES);
        file.readTable("L1 table", here.offset + ((long) number << PAGE_BITS) * Long.BYTES, bytes);
        return L1Page.of(bytes.flip().asLongBuffer());
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
            if (dirty != null && dirty.get(number)) {
                loadedPages++;
            } else {
                here.pages.set(number, null);
            }
        }
    }

    /** Changes an entry in memory. Under the metadata lock. */
    public synchronized void set(long index, L1Entry entry) throws IOException {
        int number = pageOf(index);
        L1Page old = page(number);
        L1Page page = old.changeable(entriesOf(place, number));
        page.set(slotOf(index), entry.bits());
        if (page != old) {
            loadedPages += old == L1Page.NO_TABLES ? 1 : 0;
            place.pages.set(number, page);
        }
        if (dirty == null) {
            dirty = new BitSet();
        }
        dirty.set(number);
    }

    /** Tells whether entries were changed and not written. Under the metadata lock. */
    public synchronized boolean isDirty() {
        return dirty != null && !dirty.isEmpty();
    }

    /** Writes the changed pages. Under the metadata lock; flushing is the caller's. */
    public synchronized void write() throws IOException {
        if (dirty == null) {
            return;
        }
        Place here = place;
        for (int number = dirty.nextSetBit(0); number >= 0; number = dirty.nextSetBit(number + 1)) {
            file.event(DebugEvent.L1_UPDATE);
            writePage(here, number, page(number));
            dirty.clear(number);
        }
    }

    private void writePage(Place to, int number, L1Page page) throws IOException {
        int entries = entriesOf(to, number);
        ByteBuffer bytes = ByteBuffer.allocate(entries * Long.BYTES);
        bytes.asLongBuffer().put(page.all(entries));
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
            writePage(target, number, old ? page(number) : L1Page.NO_TABLES);
        }
    }

    /** Takes the place of {@link #copyTo} for its own. Under the metadata lock. */
    public synchronized void moveTo(long offset, int entries) {
        loadedPages = 0;
        place = new Place(offset, entries);
    }
}
