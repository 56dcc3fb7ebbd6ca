// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.FieldChecks;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.RefcountTableEntry;
import dev.varve.drivers.qcow2.layout.RefcountWidth;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Refcounts in memory: the refcount table as a whole and parts of refcount blocks as they are needed. Everything here
 * is under the metadata lock.
 *
 * <p>Order: parts of blocks may be written at any time, because memory holds an increase before anything refers to the
 * cluster and a decrease only after nothing durable does (see {@link Metadata}); the worst is a leak. The table is
 * written after a flush, because an entry must not be there before its block is.
 */
final class Refcounts {
    private static final int MAX_PAGE_BYTES = 4096;

    private final HostFile file;
    private final Geometry geometry;
    private final RefcountWidth width;
    private final Poison poison;
    private final int pageBytes;
    private final int pageEntryBits;
    private final int capacity;
    private final Map<Long, Page> pages = new LinkedHashMap<>(16, 0.75f, true);
    private long tableOffset;
    private long[] table;
    private int dirtyPages;
    private boolean unflushed;
    private int dirtyFrom = Integer.MAX_VALUE;
    private int dirtyTo = -1;

    private static final class Page {
        final ByteBuffer data;
        boolean dirty;

        Page(ByteBuffer data) {
            this.data = data;
        }
    }

    Refcounts(HostFile file, Geometry geometry, Tables tables, long cacheBytes, Poison poison) throws IOException {
        this.file = file;
        this.poison = poison;
        this.geometry = geometry;
        this.width = geometry.refcountWidth();
        this.pageBytes = Math.min(geometry.clusterSize(), MAX_PAGE_BYTES);
        this.pageEntryBits = Integer.numberOfTrailingZeros(pageBytes) + 3 - geometry.refcountOrder();
        this.capacity = (int) Math.max(2, Math.min(1 << 20, cacheBytes / pageBytes));
        this.tableOffset = tables.refcountTableOffset();
        this.table = read(tables);
    }

    private long[] read(Tables tables) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) tables.refcountTableBytes(geometry));
        file.event(DebugEvent.REFTABLE_LOAD);
        file.readTable("refcount table", tables.refcountTableOffset(), bytes);
        long[] words = new long[bytes.flip().remaining() / Long.BYTES];
        bytes.asLongBuffer().get(words);
        return words;
    }

    int tableEntries() {
        return table.length;
    }

    long tableOffset() {
        return tableOffset;
    }

    boolean hasBlock(long tableIndex) throws IOException {
        return tableIndex < table.length && blockOffset((int) tableIndex) != 0;
    }

    /** Tells whether a table entry names a block in a possible place. */
    boolean isUsable(int tableIndex) {
        long offset = table[tableIndex] & RefcountTableEntry.OFFSET_MASK;
        return offset != 0 && geometry.offsetInCluster(offset) == 0;
    }

    /** Where a refcount block begins; 0 for none. */
    long blockOffset(int tableIndex) throws IOException {
        long offset = table[tableIndex] & RefcountTableEntry.OFFSET_MASK;
        if (geometry.offsetInCluster(offset) != 0) {
            throw file.corruption().fatal("Refblock offset " + Hex.alternate(offset) + " unaligned (reftable index: "
                    + Hex.alternate(tableIndex) + ")");
        }
        return table[tableIndex] == 0 ? 0 : RefcountTableEntry.parse(table[tableIndex], geometry).blockOffset();
    }

    /** Forgets everything and reads the table that a header names; nothing may be dirty. */
    void reload(Tables tables) throws IOException {
        table = read(tables);
        tableOffset = tables.refcountTableOffset();
        pages.clear();
        dirtyPages = 0;
        markTableClean();
    }

    /** The refcount of a host cluster, unsigned. */
    long count(long cluster) throws IOException {
        if (!hasBlock(geometry.refcountTableIndex(cluster))) {
            return 0;
        }
        return width.read(page(cluster >>> pageEntryBits).data, indexInPage(cluster));
    }

    /** Changes a refcount whose block exists. */
    void change(long cluster, long value) throws IOException {
        Page page = page(cluster >>> pageEntryBits);
        width.write(page.data, indexInPage(cluster), value);
        dirtyPages += page.dirty ? 0 : 1;
        page.dirty = true;
    }

    private int indexInPage(long cluster) {
        return (int) cluster & (1 << pageEntryBits) - 1;
    }

    /** Increases the refcount of each cluster by one; the blocks exist. */
    void increase(long cluster, long clusters) throws IOException {
        for (long at = cluster; at < cluster + clusters; at++) {
            long count = count(at);
            if (count == width.max()) {
                throw BlockException.unsupported("refcount of the cluster at " + Hex.of(geometry.offsetOf(at))
                        + " is at its maximum of " + Long.toUnsignedString(count));
            }
            change(at, count + 1);
        }
    }

    /** Tells whether a cluster cannot be referred to once more. */
    boolean isFull(long cluster) throws IOException {
        return count(cluster) == width.max();
    }

    /** Decreases the refcount of a cluster by one and returns it. */
    long decrease(long cluster) throws IOException {
        long count = count(cluster);
        if (count == 0) {
            throw BlockException.corrupt("refcount of the cluster at " + Hex.of(geometry.offsetOf(cluster))
                    + " is 0 but the cluster was in use, allowed is at least 1");
        }
        change(cluster, count - 1);
        return count - 1;
    }

    /** The first cluster from {@code from} on that is free. */
    long findFree(long from) throws IOException {
        long at = from;
        while (hasBlock(geometry.refcountTableIndex(at))) {
            Page page = page(at >>> pageEntryBits);
            for (int index = indexInPage(at); index < 1 << pageEntryBits; index++) {
                if (width.read(page.data, index) == 0) {
                    return (at >>> pageEntryBits << pageEntryBits) + index;
                }
            }
            at = (at >>> pageEntryBits) + 1 << pageEntryBits;
        }
        return at;
    }

    /** The first cluster from {@code from} on that has a refcount; {@code end} where there is none before. */
    long nextUsed(long from, long end) throws IOException {
        for (long at = from; at < end; at++) {
            if (!hasBlock(geometry.refcountTableIndex(at))) {
                at = (geometry.refcountTableIndex(at) + 1 << geometry.refcountBlockBits()) - 1;
            } else if (count(at) != 0) {
                return at;
            }
        }
        return end;
    }

    /** The last cluster up to {@code from} that has a refcount; -1 where there is none. */
    long lastUsed(long from) throws IOException {
        long at = from;
        while (at >= 0) {
            if (!hasBlock(geometry.refcountTableIndex(at))) {
                at = (geometry.refcountTableIndex(at) << geometry.refcountBlockBits()) - 1;
            } else if (count(at) != 0) {
                break;
            } else {
                at--;
            }
        }
        return at;
    }

    /** Takes a block out of the table. Its pages must be clean. */
    void removeBlock(int tableIndex) {
        long first = (long) tableIndex << geometry.refcountBlockBits() - pageEntryBits;
        long end = (long) tableIndex + 1 << geometry.refcountBlockBits() - pageEntryBits;
        pages.keySet().removeIf(number -> number >= first && number < end);
        addBlock(tableIndex, 0);
    }

    /** How many clusters from {@code from} on are free, at most {@code most}. */
    long freeRun(long from, long most) throws IOException {
        long at = from;
        while (at < from + most) {
            if (!hasBlock(geometry.refcountTableIndex(at))) {
                at = geometry.refcountTableIndex(at) + 1 << geometry.refcountBlockBits();
            } else if (width.read(page(at >>> pageEntryBits).data, indexInPage(at)) == 0) {
                at++;
            } else {
                break;
            }
        }
        return Math.min(at - from, most);
    }

    private Page page(long number) throws IOException {
        Page page = pages.get(number);
        if (page == null) {
            makeRoom();
            file.event(DebugEvent.REFBLOCK_LOAD);
            ByteBuffer data = ByteBuffer.allocate(pageBytes);
            long begin = placeOf(number);
            file.readPadded("refcount block", begin, data);
            page = new Page(data.clear());
            pages.put(number, page);
        }
        return page;
    }

    private void makeRoom() throws IOException {
        while (pages.size() >= capacity) {
            Map.Entry<Long, Page> eldest = pages.entrySet().iterator().next();
            writePage(eldest.getKey(), eldest.getValue());
            pages.remove(eldest.getKey());
        }
    }

    private long placeOf(long page) throws IOException {
        long cluster = page << pageEntryBits;
        int inBlock = geometry.refcountBlockIndex(cluster) >>> pageEntryBits;
        return blockOffset((int) geometry.refcountTableIndex(cluster)) + (long) inBlock * pageBytes;
    }

    private void writePage(long number, Page page) throws IOException {
        if (page.dirty) {
            try {
                file.event(DebugEvent.REFBLOCK_UPDATE_PART);
                file.child().write(placeOf(number), page.data.duplicate(), RequestFlags.NONE);
            } catch (IOException e) {
                poison.set(e);
                throw e;
            }
            page.dirty = false;
            dirtyPages--;
            unflushed = true;
        }
    }

    /** Enters a block that is zeroes in the file. */
    void addBlock(int tableIndex, long offset) {
        table[tableIndex] = offset;
        dirtyFrom = Math.min(dirtyFrom, tableIndex);
        dirtyTo = Math.max(dirtyTo, tableIndex);
    }

    /** Tells whether something was changed that is not durable. */
    boolean isDirty() {
        return dirtyTo >= 0 || dirtyPages > 0 || unflushed;
    }

    /** Tells whether the table was changed and not written. */
    boolean isTableDirty() {
        return dirtyTo >= 0;
    }

    /** Tells that everything that was written is durable. */
    void flushed() {
        unflushed = false;
    }

    /** Writes what was changed in its order; the last flush is the caller's. */
    void write() throws IOException {
        writePages();
        if (dirtyTo >= 0) {
            file.event(DebugEvent.REFBLOCK_ALLOC_HOOKUP);
            file.child().flush();
            ByteBuffer bytes = ByteBuffer.allocate((dirtyTo + 1 - dirtyFrom) * Long.BYTES);
            bytes.asLongBuffer().put(table, dirtyFrom, dirtyTo + 1 - dirtyFrom);
            file.child().write(tableOffset + (long) dirtyFrom * Long.BYTES, bytes, RequestFlags.NONE);
            markTableClean();
        }
    }

    private void writePages() throws IOException {
        for (Map.Entry<Long, Page> entry : pages.entrySet()) {
            writePage(entry.getKey(), entry.getValue());
        }
    }

    private void markTableClean() {
        dirtyFrom = Integer.MAX_VALUE;
        dirtyTo = -1;
    }

    /** Makes the table longer in memory; {@link #moveTable} must follow. */
    void extendTable(int entries) throws BlockException {
        FieldChecks.range("entries of the refcount table", entries, table.length,
                Tables.MAX_REFCOUNT_TABLE_BYTES / Long.BYTES);
        table = Arrays.copyOf(table, entries);
    }

    /** Writes blocks and the whole table to a new place. The header must follow. */
    void moveTable(long offset) throws IOException {
        writePages();
        ByteBuffer bytes = ByteBuffer.allocate(table.length * Long.BYTES);
        bytes.asLongBuffer().put(table);
        file.child().write(offset, bytes, RequestFlags.NONE);
        tableOffset = offset;
        markTableClean();
    }
}
