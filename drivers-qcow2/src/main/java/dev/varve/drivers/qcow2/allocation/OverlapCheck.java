// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps guest data and new tables from overwriting metadata where refcounts or L2 entries are wrong (QEMU's
 * {@code qcow2_pre_write_overlap_check}). Tables that were found in the image are watched; those that are made later
 * need no watch, as their refcounts are our own.
 */
final class OverlapCheck {
    /** The most tables that are watched: bounds each list of them to 4 MiB. */
    static final int MAX_WATCHED = 1 << 19;

    private static final int MAX_SNAPSHOT_BYTES =
            SnapshotEntry.MIN_BYTES + SnapshotEntry.MAX_EXTRA_BYTES + 2 * 0xffff;

    private final OverlapLevel level;
    private final Geometry geometry;
    private final HeaderStore headers;
    private volatile @Nullable Watched watched;

    /**
     * Tables that were found.
     *
     * @param clusters the host offsets of their clusters, sorted
     * @param released a bit for each that has become free
     */
    private record Watched(long[] clusters, AtomicIntegerArray released) {
        boolean isReleased(int index) {
            return (released.get(index >>> 5) & 1 << index) != 0;
        }

        void release(int index) {
            released.accumulateAndGet(index >>> 5, 1 << index, (old, bit) -> old | bit);
        }
    }

    OverlapCheck(OverlapLevel level, Geometry geometry, HeaderStore headers) {
        this.level = level;
        this.geometry = geometry;
        this.headers = headers;
    }

    /** Whether the tables of the image have been looked for. */
    boolean isReady() {
        return watched != null || level != OverlapLevel.CACHED;
    }

    /** Notes where the image's tables are, before the first write. Under the metadata lock. */
    void watch(L1Table l1, Refcounts refcounts, HostFile file) throws IOException {
        if (isReady()) {
            return;
        }
        long[] clusters = l1.tableOffsets(MAX_WATCHED);
        int count = clusters.length;
        for (int index = 0; index < refcounts.tableEntries() && count < MAX_WATCHED; index++) {
            if (refcounts.hasBlock(index)) {
                clusters = withRoomFor(clusters, count + 1);
                clusters[count++] = refcounts.blockOffset(index);
            }
        }
        clusters = withSnapshots(file, clusters, count);
        Arrays.sort(clusters);
        watched = new Watched(clusters, new AtomicIntegerArray((clusters.length >>> 5) + 1));
    }

    private static long[] withRoomFor(long[] array, int length) {
        return length <= array.length ? array : Arrays.copyOf(array, Math.min(MAX_WATCHED, 2 * length));
    }

    /**
     * Adds the L1 tables of snapshots, from a snapshot table that could be read when the image was opened. Their
     * lengths are the image's word: nothing is stored beyond what is watched.
     */
    private long[] withSnapshots(HostFile file, long[] tables, int tableCount) throws IOException {
        long[] clusters = tables;
        int count = tableCount;
        Tables header = headers.header().tables();
        long at = header.snapshotsOffset();
        for (int i = 0; i < header.snapshotCount() && count < MAX_WATCHED; i++) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MAX_SNAPSHOT_BYTES, file.size() - at));
            file.readTable("snapshot table", at, bytes);
            SnapshotEntry entry = SnapshotEntry.parse(bytes.flip());
            at += bytes.position();
            long l1Bytes = Integer.toUnsignedLong(entry.l1Entries()) * Long.BYTES;
            int more = (int) Math.min(MAX_WATCHED - count, geometry.clustersFor(l1Bytes));
            clusters = withRoomFor(clusters, count + more);
            for (int cluster = 0; cluster < more; cluster++) {
                clusters[count++] = entry.l1Offset() + geometry.offsetOf(cluster);
            }
        }
        return Arrays.copyOf(clusters, count);
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
        Watched found = watched;
        if (found != null) {
            checkWatched(found, offset, bytes);
        }
    }

    private void checkWatched(Watched found, long offset, long bytes) throws BlockException {
        long[] clusters = found.clusters;
        int first = Arrays.binarySearch(clusters, offset - geometry.offsetInCluster(offset));
        for (int at = first < 0 ? -first - 1 : first; at < clusters.length && clusters[at] < offset + bytes; at++) {
            if (!found.isReleased(at)) {
                refuse("L2 table, refcount block or L1 table of a snapshot", offset, bytes, clusters[at],
                        geometry.clusterSize());
            }
        }
    }

    /** Before clusters with refcount 0 are taken. Under the metadata lock. */
    void checkAllocation(long offset, long bytes) throws BlockException {
        checkDataWrite(offset, bytes);
    }

    /** A cluster became free: it may be taken for something else. Under the metadata lock. */
    void released(long offset) {
        Watched found = watched;
        int index = found == null ? -1 : Arrays.binarySearch(found.clusters, offset);
        if (found != null && index >= 0) {
            found.release(index);
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
