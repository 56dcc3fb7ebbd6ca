// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.drivers.qcow2.layout.FieldChecks;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The snapshot table as it stands in the file (QEMU's {@code qcow2_read_snapshots}, {@code qcow2_write_snapshots}). */
public final class StoredSnapshots {
    /** The longest table (QEMU's {@code QCOW_MAX_SNAPSHOTS_SIZE}). */
    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_ENTRY_BYTES =
            SnapshotEntry.MIN_BYTES + SnapshotEntry.MAX_EXTRA_BYTES + 2 * 0xffff + 7;
    private static final int WINDOW = 256 << 10;

    private StoredSnapshots() {
    }

    /**
     * The entries as they are.
     *
     * @param file the image's file
     * @param tables where the table is
     * @return in their order
     * @throws IOException if they cannot be read
     */
    public static List<SnapshotEntry> read(HostFile file, Tables tables) throws IOException {
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
        return entries;
    }

    /**
     * How long a table is in the file.
     *
     * @param entries its entries
     * @return bytes
     */
    public static long bytes(List<SnapshotEntry> entries) {
        return entries.stream().mapToLong(SnapshotEntry::encodedBytes).sum();
    }

    /**
     * A table as it is stored.
     *
     * @param entries its entries
     * @param diskSize for entries that do not tell theirs
     * @return its bytes
     * @throws BlockException of kind NO_SPACE where it would be too long
     */
    public static ByteBuffer encode(List<SnapshotEntry> entries, long diskSize) throws BlockException {
        List<SnapshotEntry> complete = entries.stream().map(entry -> entry.completed(diskSize)).toList();
        long bytes = bytes(complete);
        if (bytes > MAX_BYTES) {
            throw new BlockException(ErrorKind.NO_SPACE, "the snapshot table would have " + bytes
                    + " bytes, allowed are " + MAX_BYTES);
        }
        ByteBuffer table = ByteBuffer.allocate((int) bytes);
        complete.forEach(entry -> entry.encode(table));
        return table.flip();
    }

    /**
     * Writes all entries in a new place, lets the header name them and frees the old place. Nobody else uses the image.
     *
     * @param metadata of the image
     * @param entries what the table has from now on
     * @param oldBytes how long the present table is in the file
     * @throws IOException if that failed
     */
    public static void replace(Metadata metadata, List<SnapshotEntry> entries, long oldBytes) throws IOException {
        Header header = metadata.headers.header();
        Tables old = header.tables();
        TableSpace space = new TableSpace(metadata);
        long offset = space.store(encode(entries, header.size()));
        // The header may have changed: the refcount table may have moved to count the new clusters.
        Header now = metadata.headers.header();
        space.update(now.withTables(now.tables().withSnapshots(offset, entries.size())));
        if (old.snapshotsOffset() != 0) {
            space.free(old.snapshotsOffset(), oldBytes, false);
        }
    }
}
