// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.drivers.qcow2.layout.FieldChecks;
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
    /** The longest table (QEMU's {@code QCOW_MAX_SNAPSHOTS_SIZE}). */
    static final long MAX_BYTES = 64L << 20;

    private static final int MAX_ENTRY_BYTES =
            SnapshotEntry.MIN_BYTES + SnapshotEntry.MAX_EXTRA_BYTES + 2 * 0xffff + 7;
    private static final int WINDOW = 256 << 10;

    SnapshotTable {
        entries = List.copyOf(entries);
    }

    /** Reads the table that a header names. */
    static SnapshotTable read(HostFile file, Tables tables) throws IOException {
        List<SnapshotEntry> entries = new ArrayList<>();
        long at = tables.snapshotsOffset();
        ByteBuffer window = ByteBuffer.allocate(0);
        for (int i = 0; i < tables.snapshotCount(); i++) {
            if (window.remaining() < MAX_ENTRY_BYTES) {
                window = ByteBuffer.allocate(Math.clamp(file.size() - at, 0, WINDOW));
                file.readTable("snapshot table", at, window);
                window.flip();
            }
            int before = window.position();
            entries.add(SnapshotEntry.parse(window));
            at += window.position() - before;
            FieldChecks.range("bytes of the snapshot table", at - tables.snapshotsOffset(), 0, MAX_BYTES);
        }
        return new SnapshotTable(entries);
    }

    /** How long the table is in the file. */
    long bytes() {
        return entries.stream().mapToLong(SnapshotEntry::encodedBytes).sum();
    }

    /**
     * The table as it is stored.
     *
     * @param diskSize for entries that do not tell theirs
     */
    ByteBuffer encode(long diskSize) throws BlockException {
        List<SnapshotEntry> complete = entries.stream().map(entry -> entry.completed(diskSize)).toList();
        long bytes = new SnapshotTable(complete).bytes();
        if (bytes > MAX_BYTES) {
            throw new BlockException(ErrorKind.NO_SPACE, "the snapshot table would have " + bytes
                    + " bytes, allowed are " + MAX_BYTES);
        }
        ByteBuffer table = ByteBuffer.allocate((int) bytes);
        complete.forEach(entry -> entry.encode(table));
        return table.flip();
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

    private static String shown(String text) {
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
