// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/**
 * Where the header says that the tables are. Offsets are host offsets in bytes.
 *
 * @param l1Offset the active L1 table; without meaning where it has no entries
 * @param l1Entries its number of entries
 * @param refcountTableOffset the refcount table
 * @param refcountTableClusters its length in clusters
 * @param snapshotsOffset the snapshot table; without meaning where there are no snapshots
 * @param snapshotCount the number of snapshots
 */
public record Tables(long l1Offset, int l1Entries, long refcountTableOffset, int refcountTableClusters,
        long snapshotsOffset, int snapshotCount) {
    /** The longest L1 table, 32 MiB (QEMU's {@code QCOW_MAX_L1_SIZE}). */
    public static final int MAX_L1_ENTRIES = (32 << 20) / Long.BYTES;
    /** The longest refcount table, 8 MiB (QEMU's {@code QCOW_MAX_REFTABLE_SIZE}). */
    public static final int MAX_REFCOUNT_TABLE_BYTES = 8 << 20;
    /** The most snapshots (QEMU's {@code QCOW_MAX_SNAPSHOTS}). */
    public static final int MAX_SNAPSHOTS = 65_536;

    /**
     * Checks every number against its limits, the file and the other tables.
     *
     * @param geometry the image's geometry
     * @param size the virtual size
     * @param fileSize the size of the file
     * @param repair whether what a repair mends passes
     * @throws BlockException of kind CORRUPT that names the table, the value and what is allowed
     */
    void check(Geometry geometry, long size, long fileSize, boolean repair) throws BlockException {
        FieldChecks.range("l1_size", Integer.toUnsignedLong(l1Entries), 0, MAX_L1_ENTRIES);
        long needed = geometry.l1EntriesFor(size);
        if (l1Entries < needed) {
            throw BlockException.corrupt("l1_size is " + l1Entries + ", the virtual size of " + size
                    + " bytes needs at least " + needed + ", allowed is at most " + MAX_L1_ENTRIES);
        }
        FieldChecks.range("refcount_table_clusters", Integer.toUnsignedLong(refcountTableClusters), repair ? 0 : 1,
                MAX_REFCOUNT_TABLE_BYTES / geometry.clusterSize());
        place("L1 table", l1Offset, l1Bytes(), geometry, fileSize);
        if (repair) {
            return;
        }
        FieldChecks.range("nb_snapshots", Integer.toUnsignedLong(snapshotCount), 0, MAX_SNAPSHOTS);
        FieldChecks.place("refcount table", refcountTableOffset, refcountTableBytes(geometry), geometry, fileSize);
        place("snapshot table", snapshotsOffset, minSnapshotBytes(), geometry, fileSize);
        apart("L1 table", l1Offset, l1Bytes(), "refcount table", refcountTableOffset, refcountTableBytes(geometry));
        apart("L1 table", l1Offset, l1Bytes(), "snapshot table", snapshotsOffset, minSnapshotBytes());
        apart("refcount table", refcountTableOffset, refcountTableBytes(geometry), "snapshot table", snapshotsOffset,
                minSnapshotBytes());
    }

    /** Of an empty table only the offset is checked, as QEMU does. */
    private static void place(String what, long offset, long bytes, Geometry geometry, long fileSize)
            throws BlockException {
        if (bytes > 0) {
            FieldChecks.place(what, offset, bytes, geometry, fileSize);
        } else {
            FieldChecks.aligned(what, offset, geometry);
            FieldChecks.range(what + " offset", offset, 0, Long.MAX_VALUE);
        }
    }

    private static void apart(String what, long offset, long bytes, String other, long otherOffset, long otherBytes)
            throws BlockException {
        if (bytes > 0 && otherBytes > 0 && offset < otherOffset + otherBytes && otherOffset < offset + bytes) {
            throw BlockException.corrupt(what + " at " + Hex.of(offset) + " with " + bytes + " bytes and " + other
                    + " at " + Hex.of(otherOffset) + " with " + otherBytes + " bytes overlap");
        }
    }

    /**
     * The length of the L1 table.
     *
     * @return bytes
     */
    public long l1Bytes() {
        return (long) l1Entries * Long.BYTES;
    }

    /**
     * The length of the refcount table.
     *
     * @param geometry the image's geometry
     * @return bytes
     */
    public long refcountTableBytes(Geometry geometry) {
        return geometry.offsetOf(refcountTableClusters);
    }

    private long minSnapshotBytes() {
        return (long) snapshotCount * SnapshotEntry.MIN_BYTES;
    }

    /**
     * These tables with another L1 table.
     *
     * @param offset where it begins
     * @param entries its number of entries
     * @return new tables
     */
    public Tables withL1(long offset, int entries) {
        return new Tables(offset, entries, refcountTableOffset, refcountTableClusters, snapshotsOffset,
                snapshotCount);
    }

    /**
     * These tables with another refcount table.
     *
     * @param offset where it begins
     * @param clusters its length in clusters
     * @return new tables
     */
    public Tables withRefcountTable(long offset, int clusters) {
        return new Tables(l1Offset, l1Entries, offset, clusters, snapshotsOffset, snapshotCount);
    }

    /**
     * These tables with another snapshot table.
     *
     * @param offset where it begins, 0 where there are no snapshots
     * @param count the number of snapshots
     * @return new tables
     */
    public Tables withSnapshots(long offset, int count) {
        return new Tables(l1Offset, l1Entries, refcountTableOffset, refcountTableClusters, offset, count);
    }
}
