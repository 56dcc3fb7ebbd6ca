// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps guest data and new tables from overwriting metadata where refcounts or L2 entries are wrong (QEMU's
 * {@code qcow2_pre_write_overlap_check}). Tables that were found in the image are watched; those that are made later
 * need no watch, as their refcounts are our own.
 */
final class OverlapCheck {
    /** The most tables that are watched: bounds each list of them to 4 MiB. */
    static final int MAX_WATCHED = 1 << 19;

    private final OverlapLevel level;
    private final Geometry geometry;
    private final HeaderStore headers;
    private final BitSet released = new BitSet();
    private long @Nullable [] watched;

    OverlapCheck(OverlapLevel level, Geometry geometry, HeaderStore headers) {
        this.level = level;
        this.geometry = geometry;
        this.headers = headers;
    }

    /** Notes where the image has L2 tables and refcount blocks, before the first allocation. */
    void watch(L1Table l1, Refcounts refcounts) throws IOException {
        if (watched != null || level != OverlapLevel.CACHED) {
            return;
        }
        long[] tables = l1.tableOffsets(MAX_WATCHED);
        int count = tables.length;
        tables = Arrays.copyOf(tables, Math.min(MAX_WATCHED, count + refcounts.tableEntries()));
        for (int index = 0; index < refcounts.tableEntries() && count < MAX_WATCHED; index++) {
            if (refcounts.hasBlock(index)) {
                tables[count++] = refcounts.blockOffset(index);
            }
        }
        long[] sorted = Arrays.copyOf(tables, count);
        Arrays.sort(sorted);
        watched = sorted;
    }

    /** Before guest data is written in place. Any thread. */
    void checkDataWrite(long offset, long bytes) throws BlockException {
        if (level == OverlapLevel.NONE) {
            return;
        }
        Tables tables = headers.header().tables();
        refuse("header", offset, bytes, 0, geometry.clusterSize());
        refuse("active L1 table", offset, bytes, tables.l1Offset(), tables.l1Bytes());
        refuse("refcount table", offset, bytes, tables.refcountTableOffset(), tables.refcountTableBytes(geometry));
        refuse("snapshot table", offset, bytes, tables.snapshotsOffset(), tables.snapshotCount() == 0 ? 0 : 1);
    }

    /** Before clusters with refcount 0 are taken. Under the metadata lock. */
    void checkAllocation(long offset, long bytes) throws BlockException {
        checkDataWrite(offset, bytes);
        long[] tables = watched;
        if (tables == null) {
            return;
        }
        int found = Arrays.binarySearch(tables, offset);
        for (int at = found < 0 ? -found - 1 : found; at < tables.length && tables[at] < offset + bytes; at++) {
            if (!released.get(at)) {
                refuse("L2 table or refcount block", offset, bytes, tables[at], geometry.clusterSize());
            }
        }
    }

    /** A cluster became free: it may be taken for something else. Under the metadata lock. */
    void released(long offset) {
        int found = watched == null ? -1 : Arrays.binarySearch(watched, offset);
        if (found >= 0) {
            released.set(found);
        }
    }

    private static void refuse(String what, long offset, long bytes, long begin, long length) throws BlockException {
        if (length > 0 && offset < begin + length && begin < offset + bytes) {
            throw BlockException.corrupt("a write of " + bytes + " bytes at host offset " + Hex.of(offset)
                    + " would overwrite the " + what + " at " + Hex.of(begin)
                    + ": the image's refcounts or L2 tables are wrong");
        }
    }
}
