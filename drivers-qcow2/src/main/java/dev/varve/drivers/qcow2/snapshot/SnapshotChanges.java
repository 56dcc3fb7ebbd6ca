// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.allocation.L1References;
import dev.varve.drivers.qcow2.allocation.Metadata;
import dev.varve.drivers.qcow2.allocation.TableSpace;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.FieldChecks;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes, applies and removes snapshots (QEMU's {@code qcow2_snapshot_create}, {@code qcow2_snapshot_goto} and
 * {@code qcow2_snapshot_delete}). Each is done inside {@link Metadata#whileQuiet}.
 *
 * <pre>
 * create: 1. a copy of the L1 table   2. refcounts up, COPIED flags off   3. all of it durable
 *         4. the snapshot table with it, durable   5. the header names that table   6. the old table is freed
 * apply:  1. refcounts of the snapshot's clusters up   2. a copy of its L1 table   3. all of it durable
 *         4. the header names the copy and the size   5. refcounts of the old L1 table's clusters down, it is freed
 * delete: 1. the snapshot table without it, durable   2. the header names that   3. refcounts down, tables freed
 *         4. COPIED flags on where the disk is alone again
 * </pre>
 *
 * <p>The header changes in one sector, so a power cut leaves the old state or the new one; refcounts are never lower
 * than what is referred to. What a cut leaves are leaks, and in create and delete COPIED flags that differ from the
 * refcounts, which is harmless as {@link L1References} says and is mended by any repair.
 */
final class SnapshotChanges {
    private final HostFile file;
    private final Metadata metadata;
    private final TableSpace space;
    private final L1References references;
    private final Geometry geometry;

    SnapshotChanges(HostFile file, Metadata metadata) {
        this.file = file;
        this.metadata = metadata;
        this.space = new TableSpace(metadata);
        this.references = new L1References(metadata);
        this.geometry = metadata.headers().header().geometry();
    }

    private Header header() {
        return metadata.headers().header();
    }

    /** Refuses an image whose disk is not in it. */
    void checkOffered() throws BlockException {
        if (header().features().hasIncompatible(Features.DATA_FILE)) {
            throw BlockException.unsupported("an image with an external data file cannot have internal snapshots");
        }
    }

    SnapshotTable table() throws IOException {
        return SnapshotTable.read(file, header().tables());
    }

    SnapshotEntry create(String name, SnapshotEntry.Taken taken, long diskSize) throws IOException {
        SnapshotTable old = table();
        Tables tables = header().tables();
        ByteBuffer l1 = readL1(tables.l1Offset(), tables.l1Entries(), tables.l1Entries());
        long copy = space.store(l1);
        SnapshotEntry entry = SnapshotEntry.of(copy, tables.l1Entries(), old.nextId(), name, taken, diskSize);
        try {
            SnapshotTable changed = old.with(entry);
            ByteBuffer encoded = changed.encode(diskSize);
            references.add(tables.l1Offset(), tables.l1Entries());
            try {
                long place = space.store(encoded);
                switchTo(old, place, changed.entries().size());
            } catch (IOException e) {
                if (!space.isBroken()) {
                    takeBack(tables);
                }
                throw e;
            }
        } catch (IOException e) {
            space.takeBack(copy, l1.limit());
            throw e;
        } finally {
            space.forgetMapping();
        }
        return entry;
    }

    /** Nothing names the copy: the disk is its clusters' only user again. */
    private void takeBack(Tables tables) throws IOException {
        references.remove(tables.l1Offset(), tables.l1Entries());
        references.renewFlags(tables.l1Offset(), tables.l1Entries());
    }

    private void switchTo(SnapshotTable old, long place, int count) throws IOException {
        Tables tables = header().tables();
        space.update(header().withTables(tables.withSnapshots(count == 0 ? 0 : place, count)));
        if (tables.snapshotCount() > 0) {
            free(tables.snapshotsOffset(), old.bytes());
        }
    }

    /** Says so where it fails: clusters leak. */
    private void free(long offset, long bytes) throws IOException {
        try {
            space.free(offset, bytes, true);
        } catch (IOException e) {
            file.corruption().note("qcow2_free_clusters failed: " + reason(e));
            throw e;
        }
    }

    private static String reason(IOException e) {
        return e instanceof BlockException known ? known.problem() : String.valueOf(e.getMessage());
    }

    void apply(SnapshotEntry entry, long diskSize) throws IOException {
        checkL1(entry);
        long size = entry.diskSize().orElse(diskSize);
        long needed = geometry.l1EntriesFor(size);
        FieldChecks.range("L1 entries for the disk of a snapshot", needed, 0, Tables.MAX_L1_ENTRIES);
        int entries = Math.max(entry.l1Entries(), (int) needed);
        Tables old = header().tables();
        references.add(entry.l1Offset(), entry.l1Entries());
        try {
            // The flags are off by now: the snapshot is the second user of everything.
            long copy = space.store(readL1(entry.l1Offset(), entry.l1Entries(), entries));
            space.update(header().withSize(size).withTables(old.withL1(copy, entries)));
        } catch (IOException e) {
            if (!space.isBroken()) {
                references.remove(entry.l1Offset(), entry.l1Entries());
            }
            throw e;
        } finally {
            space.forgetMapping();
        }
        references.remove(old.l1Offset(), old.l1Entries());
        free(old.l1Offset(), old.l1Bytes());
        space.settle();
    }

    void delete(SnapshotTable old, int index, long diskSize) throws IOException {
        SnapshotEntry entry = old.entries().get(index);
        checkL1(entry);
        SnapshotTable changed = old.without(index);
        switchTo(old, space.store(changed.encode(diskSize)), changed.entries().size());
        try {
            references.remove(entry.l1Offset(), entry.l1Entries());
            free(entry.l1Offset(), (long) entry.l1Entries() * Long.BYTES);
            space.settle();
            references.renewFlags(header().tables().l1Offset(), header().tables().l1Entries());
        } finally {
            space.forgetMapping();
        }
    }

    /** Refuses an L1 table that cannot be one (QEMU's {@code qcow2_validate_table}). */
    static void checkL1(SnapshotEntry entry, Geometry geometry, long fileSize) throws BlockException {
        FieldChecks.range("l1_size of the snapshot", Integer.toUnsignedLong(entry.l1Entries()), 0,
                Tables.MAX_L1_ENTRIES);
        if (entry.l1Entries() > 0) {
            FieldChecks.place("L1 table of the snapshot", entry.l1Offset(), (long) entry.l1Entries() * Long.BYTES,
                    geometry, fileSize);
        }
    }

    private void checkL1(SnapshotEntry entry) throws IOException {
        checkL1(entry, geometry, file.size());
    }

    /** The words of a table, with unused ones behind them. */
    private ByteBuffer readL1(long offset, int stored, int entries) throws IOException {
        ByteBuffer words = ByteBuffer.allocate(entries * Long.BYTES);
        if (stored > 0) {
            file.readTable("L1 table", offset, words.limit(stored * Long.BYTES));
        }
        words.clear();
        for (int at = 0; at < words.limit(); at += Long.BYTES) {
            words.putLong(at, words.getLong(at) & ~L1Entry.COPIED);
        }
        return words;
    }
}
