// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.RefcountTableEntry;
import dev.varve.drivers.qcow2.layout.RefcountWidth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The refcounts that the image states (specification: Host cluster management). Keeps a few blocks, each at a place of
 * its own, so that neighbours do not displace each other.
 */
final class StoredRefcounts {
    private static final int CACHED_BYTES = 4 << 20;
    private static final int MAX_CACHED = 64;
    private static final int NONE = -1;
    /** The refcount order of refcounts of one byte. */
    private static final int BYTE_ORDER = 3;

    private final ImageBytes bytes;
    private final long[] table;
    private final Geometry geometry;
    private final RefcountWidth width;
    private final @Nullable ByteBuffer[] cached;
    private final int[] cachedIndex;
    private final boolean[] changed;
    /** A block in which each refcount is 1. */
    private @Nullable ByteBuffer ones;

    /**
     * Nothing is read yet.
     *
     * @param bytes the image
     * @param table the refcount table
     * @param geometry the image's geometry
     */
    StoredRefcounts(ImageBytes bytes, long[] table, Geometry geometry) {
        this.bytes = bytes;
        this.table = table;
        this.geometry = geometry;
        this.width = geometry.refcountWidth();
        int slots = Math.clamp(CACHED_BYTES / geometry.clusterSize(), 2, MAX_CACHED);
        this.cached = new ByteBuffer[slots];
        this.cachedIndex = new int[slots];
        this.changed = new boolean[slots];
        Arrays.fill(cachedIndex, NONE);
    }

    /** Changes the refcount of a readable cluster that has a block. {@link #write} must follow. */
    void change(long cluster, long refcount) throws CheckStopped, IOException {
        at(cluster);
        int slot = (int) geometry.refcountTableIndex(cluster) & (cached.length - 1);
        ByteBuffer block = cached[slot];
        if (block != null) {
            width.write(block, geometry.refcountBlockIndex(cluster), refcount);
            changed[slot] = true;
        }
    }

    /** Writes what was changed. */
    void write() throws IOException {
        for (int slot = 0; slot < cached.length; slot++) {
            write(slot);
        }
    }

    private void write(int slot) throws IOException {
        ByteBuffer block = cached[slot];
        if (changed[slot] && block != null) {
            long offset = table[cachedIndex[slot]] & RefcountTableEntry.OFFSET_MASK;
            bytes.write(offset, block.duplicate().clear());
            changed[slot] = false;
        }
    }

    /** Whether the table leads to a possible place, or nowhere, for a cluster. */
    boolean isReadable(long cluster) {
        long offset = blockOffset(cluster);
        return offset >= 0 && offset <= Long.MAX_VALUE - geometry.clusterSize()
                && geometry.offsetInCluster(offset) == 0;
    }

    /** Whether the table leads nowhere for a cluster: its refcount is 0. */
    boolean isAbsent(long cluster) {
        return blockOffset(cluster) == 0;
    }

    /** The refcount of a readable cluster, unsigned. */
    long at(long cluster) throws CheckStopped, IOException {
        long offset = blockOffset(cluster);
        if (offset == 0) {
            return 0;
        }
        int index = (int) geometry.refcountTableIndex(cluster);
        int slot = index & (cached.length - 1);
        ByteBuffer block = cached[slot];
        if (block == null || cachedIndex[slot] != index) {
            write(slot);
            block = load(block, offset);
            cached[slot] = block;
            cachedIndex[slot] = index;
        }
        return width.read(block, geometry.refcountBlockIndex(cluster));
    }

    /** Tells whether all of many readable clusters have 1; false where that takes a closer look. */
    boolean areOnes(long first, long clusters) throws CheckStopped, IOException {
        int order = geometry.refcountOrder();
        if (order < BYTE_ORDER) {
            return false;
        }
        for (long at = first; at < first + clusters;) {
            int index = geometry.refcountBlockIndex(at);
            int end = (int) Math.min(geometry.refcountBlockEntries(), index + first + clusters - at);
            if (!isReadable(at) || isAbsent(at) || at(at) != 1) {
                return false;
            }
            ByteBuffer block = cached[(int) geometry.refcountTableIndex(at) & cached.length - 1];
            int from = index << order - BYTE_ORDER;
            int bytes = end - index << order - BYTE_ORDER;
            if (block == null || !block.slice(from, bytes).equals(ones().slice(from, bytes))) {
                return false;
            }
            at += end - index;
        }
        return true;
    }

    private ByteBuffer ones() {
        ByteBuffer known = ones;
        if (known == null) {
            known = ByteBuffer.allocate(geometry.clusterSize());
            for (int index = 0; index < geometry.refcountBlockEntries(); index++) {
                width.write(known, index, 1);
            }
            ones = known;
        }
        return known;
    }

    private ByteBuffer load(@Nullable ByteBuffer reused, long offset) throws CheckStopped, IOException {
        ByteBuffer block = reused == null ? ByteBuffer.allocate(geometry.clusterSize()) : reused;
        bytes.read(offset, block, "qcow2_get_refcount");
        return block;
    }

    private long blockOffset(long cluster) {
        long index = geometry.refcountTableIndex(cluster);
        return index < table.length ? table[(int) index] & RefcountTableEntry.OFFSET_MASK : 0;
    }
}
