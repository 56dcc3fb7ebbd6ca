// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** The clusters of the tables that an image had when they were looked for, and the kind of each. */
final class WatchedTables {
    /** The most tables that are watched: bounds each list of them to 4 MiB. */
    static final int MAX_WATCHED = 1 << 19;

    private static final int MAX_SNAPSHOT_BYTES =
            SnapshotEntry.MIN_BYTES + SnapshotEntry.MAX_EXTRA_BYTES + 2 * 0xffff;
    /** Clusters begin at multiples of 512, so the kind goes below. */
    private static final long KIND_MASK = 0x1ff;
    private static final int PIECE = 64 << 10;
    private static final MetadataKind[] KINDS = MetadataKind.values();

    private final Geometry geometry;
    private long[] clusters = new long[16];
    private int count;
    /** A bit for each cluster that has become free. */
    private AtomicIntegerArray released = new AtomicIntegerArray(0);

    private WatchedTables(Geometry geometry) {
        this.geometry = geometry;
    }

    /** Whether the settings look at anything that has to be found. */
    static boolean isWanted(OverlapSettings settings) {
        return settings.has(MetadataKind.ACTIVE_L2) || settings.has(MetadataKind.REFCOUNT_BLOCK)
                || settings.has(MetadataKind.INACTIVE_L1) || settings.has(MetadataKind.INACTIVE_L2);
    }

    static WatchedTables find(OverlapSettings settings, Header header, HostFile file, L1Table l1,
            Refcounts refcounts) throws IOException {
        WatchedTables found = new WatchedTables(header.geometry());
        if (settings.has(MetadataKind.ACTIVE_L2)) {
            for (long offset : l1.tableOffsets(MAX_WATCHED)) {
                found.add(offset, MetadataKind.ACTIVE_L2);
            }
        }
        for (int index = 0; settings.has(MetadataKind.REFCOUNT_BLOCK) && index < refcounts.tableEntries(); index++) {
            if (refcounts.isUsable(index)) {
                found.add(refcounts.blockOffset(index), MetadataKind.REFCOUNT_BLOCK);
            }
        }
        if (settings.has(MetadataKind.INACTIVE_L1) || settings.has(MetadataKind.INACTIVE_L2)) {
            found.addSnapshots(settings, header.tables(), file);
        }
        found.sort();
        return found;
    }

    private void add(long offset, MetadataKind kind) {
        if (count == MAX_WATCHED) {
            return;
        }
        if (count == clusters.length) {
            clusters = Arrays.copyOf(clusters, Math.min(MAX_WATCHED, 2 * count));
        }
        clusters[count++] = offset & ~KIND_MASK | kind.ordinal();
    }

    private void sort() {
        clusters = Arrays.copyOf(clusters, count);
        Arrays.sort(clusters);
        released = new AtomicIntegerArray((count >>> 5) + 1);
    }

    /**
     * Adds the tables of snapshots, from a snapshot table that could be read when the image was opened. Their
     * lengths are the image's word: nothing is stored beyond what is watched.
     */
    private void addSnapshots(OverlapSettings settings, Tables header, HostFile file) throws IOException {
        long at = header.snapshotsOffset();
        for (int i = 0; i < header.snapshotCount() && count < MAX_WATCHED; i++) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MAX_SNAPSHOT_BYTES, file.size() - at));
            file.readTable("snapshot table", at, bytes);
            SnapshotEntry entry = SnapshotEntry.parse(bytes.flip());
            at += bytes.position();
            long l1Bytes = Integer.toUnsignedLong(entry.l1Entries()) * Long.BYTES;
            for (long done = 0; done < l1Bytes && settings.has(MetadataKind.INACTIVE_L1) && count < MAX_WATCHED;
                    done += geometry.clusterSize()) {
                add(entry.l1Offset() + done, MetadataKind.INACTIVE_L1);
            }
            if (settings.has(MetadataKind.INACTIVE_L2)) {
                addInactiveTables(file, entry, l1Bytes);
            }
        }
    }

    /** Refuses a snapshot whose L1 table cannot be read (QEMU's {@code qcow2_validate_table}). */
    static void checkPlace(SnapshotEntry entry, Geometry geometry) throws BlockException {
        if (geometry.offsetInCluster(entry.l1Offset()) != 0) {
            throw BlockException.corrupt("Snapshot L1 table offset invalid");
        }
        if (Integer.compareUnsigned(entry.l1Entries(), Tables.MAX_L1_ENTRIES) > 0) {
            throw BlockException.corrupt("Snapshot L1 table too large");
        }
    }

    private void addInactiveTables(HostFile file, SnapshotEntry entry, long l1Bytes) throws IOException {
        checkPlace(entry, geometry);
        for (long done = 0; done < l1Bytes && count < MAX_WATCHED; done += PIECE) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, l1Bytes - done));
            file.readTable("L1 table of a snapshot", entry.l1Offset() + done, piece);
            for (piece.flip(); piece.hasRemaining();) {
                long table = piece.getLong() & L1Entry.OFFSET_MASK;
                if (table != 0) {
                    add(table, MetadataKind.INACTIVE_L2);
                }
            }
        }
    }

    /** The kind of a table that a range overlaps; null where there is none but of kinds that do not matter. */
    @Nullable MetadataKind hit(long offset, long bytes, Set<MetadataKind> ignored) {
        int first = Arrays.binarySearch(clusters, offset - geometry.offsetInCluster(offset));
        for (int at = first < 0 ? -first - 1 : first; at < count && (clusters[at] & ~KIND_MASK) < offset + bytes;
                at++) {
            MetadataKind kind = KINDS[(int) (clusters[at] & KIND_MASK)];
            if (!isReleased(at) && !ignored.contains(kind)) {
                return kind;
            }
        }
        return null;
    }

    private boolean isReleased(int index) {
        return (released.get(index >>> 5) & 1 << index) != 0;
    }

    /** A cluster became free. */
    void release(long offset) {
        int first = Arrays.binarySearch(clusters, offset);
        for (int at = first < 0 ? -first - 1 : first; at < count && (clusters[at] & ~KIND_MASK) == offset; at++) {
            int bit = 1 << at;
            released.accumulateAndGet(at >>> 5, bit, (old, added) -> old | added);
        }
    }
}
