// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.drivers.qcow2.allocation.StoredSnapshots;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The snapshots of an image, in its order.
 *
 * @param entries at most {@value Tables#MAX_SNAPSHOTS}
 */
record SnapshotTable(List<SnapshotEntry> entries) {
    SnapshotTable {
        entries = List.copyOf(entries);
    }

    /** Reads the table that a header names. */
    static SnapshotTable read(HostFile file, Tables tables) throws IOException {
        return new SnapshotTable(StoredSnapshots.read(file, tables));
    }

    /** How long the table is in the file. */
    long bytes() {
        return StoredSnapshots.bytes(entries);
    }

    /**
     * The table as it is stored.
     *
     * @param diskSize for entries that do not tell theirs
     */
    ByteBuffer encode(long diskSize) throws BlockException {
        return StoredSnapshots.encode(entries, diskSize);
    }

    /** The position of an id, else of a name (QEMU's {@code find_snapshot_by_id_or_name}). */
    int find(String idOrName) throws BlockException {
        String text = stored(idOrName);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).id().equals(text)) {
                return i;
            }
        }
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).name().equals(text)) {
                return i;
            }
        }
        throw new BlockException(ErrorKind.NOT_FOUND, "there is no snapshot with the id or name '" + idOrName + "'");
    }

    /** One more than the largest number that an id begins with (QEMU's {@code find_new_snapshot_id}). */
    String nextId() {
        long largest = 0;
        for (SnapshotEntry entry : entries) {
            largest = Math.max(largest, number(entry.id()));
        }
        return Long.toString(largest + 1);
    }

    private static long number(String id) {
        long number = 0;
        for (int i = 0; i < id.length() && id.charAt(i) >= '0' && id.charAt(i) <= '9'; i++) {
            number = Math.min(number, Long.MAX_VALUE / 20) * 10 + (id.charAt(i) - '0');
        }
        return number;
    }

    SnapshotTable with(SnapshotEntry entry) throws BlockException {
        if (entries.size() >= Tables.MAX_SNAPSHOTS) {
            throw new BlockException(ErrorKind.NO_SPACE, "the image has " + entries.size()
                    + " snapshots, allowed are at most " + Tables.MAX_SNAPSHOTS);
        }
        List<SnapshotEntry> more = new ArrayList<>(entries);
        more.add(entry);
        return new SnapshotTable(more);
    }

    SnapshotTable without(int index) {
        List<SnapshotEntry> fewer = new ArrayList<>(entries);
        fewer.remove(index);
        return new SnapshotTable(fewer);
    }

    /** One character a byte, as entries hold their texts. */
    static String stored(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** What programs in C see of it: nothing from the first NUL on. */
    private static String shown(String stored) {
        int nul = stored.indexOf(0);
        String text = nul < 0 ? stored : stored.substring(0, nul);
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /**
     * What is told of an entry.
     *
     * @param diskSize for an entry that does not tell its own
     */
    static SnapshotInfo info(SnapshotEntry entry, long diskSize) {
        SnapshotEntry.Taken taken = entry.taken();
        Instant date = Instant.ofEpochSecond(Integer.toUnsignedLong(taken.seconds()),
                Integer.toUnsignedLong(taken.nanos()));
        return new SnapshotInfo(shown(entry.id()), shown(entry.name()), entry.vmStateSize(), date,
                taken.vmClockNanos(), entry.icount(), entry.diskSize().orElse(diskSize));
    }
}
