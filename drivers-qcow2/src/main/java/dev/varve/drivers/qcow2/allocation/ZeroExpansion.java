// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.GuestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns zero clusters into what version 2 has: clusters of zeroes, or nothing where nothing is below (QEMU's
 * {@code qcow2_expand_zero_clusters}). Tables of snapshots too. Each table is written when the clusters and refcounts
 * it then relies on are durable.
 */
public final class ZeroExpansion {
    private final Metadata metadata;
    private final Geometry geometry;
    private final GuestData guest;
    private final Backing backing;
    private long done;
    private long all;

    /** Of an image with a clean state in memory that nobody else uses. */
    public ZeroExpansion(Metadata metadata, GuestData guest, Backing backing) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.guest = guest;
        this.backing = backing;
    }

    /**
     * Goes through all L1 tables.
     *
     * @param progress is told how many of their entries are done
     */
    public void run(WorkDone progress) throws IOException {
        Tables tables = metadata.headers.header().tables();
        List<SnapshotEntry> snapshots = StoredSnapshots.read(metadata.file, tables);
        done = 0;
        all = tables.l1Entries();
        for (SnapshotEntry snapshot : snapshots) {
            WatchedTables.checkPlace(snapshot, geometry);
            all += snapshot.l1Entries();
        }
        expandL1(tables.l1Offset(), tables.l1Entries(), progress);
        for (SnapshotEntry snapshot : snapshots) {
            expandL1(snapshot.l1Offset(), snapshot.l1Entries(), progress);
        }
        metadata.map.forget(metadata.headers.header().tables());
    }

    private void expandL1(long offset, int entries, WorkDone progress) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(Long.BYTES);
        for (int index = 0; index < entries; index++) {
            metadata.file.readTable("L1 table", offset + (long) index * Long.BYTES, piece.clear());
            long table = piece.getLong(0) & L1Entry.OFFSET_MASK;
            if (geometry.offsetInCluster(table) != 0) {
                throw metadata.file.corruption().fatal("L2 table offset " + Hex.alternate(table)
                        + " unaligned (L1 index: " + Hex.alternate(index) + ")");
            }
            if (table != 0) {
                expandL2(table, index * geometry.l2Coverage());
            }
            progress.reached(++done, all);
        }
    }

    private void expandL2(long table, long guestBegin) throws IOException {
        ByteBuffer entries = ByteBuffer.allocate(geometry.clusterSize());
        metadata.file.readTable("L2 table", table, entries);
        long shared = metadata.refcounts().count(geometry.clusterOf(table));
        boolean changed = false;
        for (int at = 0; at < entries.capacity(); at += Long.BYTES) {
            long bits = entries.getLong(at);
            if (L2Entry.kindOf(bits).isZero()) {
                long guestOffset = guestBegin + (long) at / Long.BYTES * geometry.clusterSize();
                entries.putLong(at, expand(bits, guestOffset, shared, table, at / Long.BYTES));
                changed = true;
            }
        }
        if (changed) {
            metadata.writeBack();
            metadata.file.child().flush();
            metadata.file.child().write(table, entries.clear(), RequestFlags.NONE);
        }
    }

    private long expand(long bits, long guestOffset, long shared, long table, int index) throws IOException {
        long host = bits & L2Entry.OFFSET_MASK;
        if (geometry.offsetInCluster(host) != 0) {
            throw metadata.file.corruption().fatal("Cluster allocation offset " + Hex.alternate(host)
                    + " unaligned (L2 offset: " + Hex.alternate(table) + ", L2 index: " + Hex.alternate(index) + ")");
        }
        if (L2Entry.kindOf(bits) == ClusterKind.ZERO_PLAIN) {
            if (!backing.isAttached()) {
                return 0;
            }
            host = metadata.allocator().allocate(1, "data cluster").offset();
            if (shared > 1) {
                metadata.refcounts().change(geometry.clusterOf(host), shared);
            }
        }
        writeZeroes(guestOffset, host);
        return shared == 1 ? host | L2Entry.COPIED : host;
    }

    private @Nullable ByteBuffer zeroes;

    private void writeZeroes(long guestOffset, long host) throws IOException {
        ByteBuffer cluster = zeroes;
        if (cluster == null) {
            cluster = ByteBuffer.allocateDirect(geometry.clusterSize());
            zeroes = cluster;
        }
        guest.write(guestOffset, host, cluster.duplicate());
    }
}
