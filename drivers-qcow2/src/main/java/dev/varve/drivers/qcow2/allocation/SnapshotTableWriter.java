// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Puts a mended snapshot table in a new place (QEMU's {@code qcow2_write_snapshots}). */
public final class SnapshotTableWriter {
    private static final int MAX_ENTRY_BYTES =
            SnapshotEntry.MIN_BYTES + SnapshotEntry.MAX_EXTRA_BYTES + 2 * 0xffff + 7;

    private SnapshotTableWriter() {
    }

    /**
     * Writes all entries and lets the header name them. Nobody else uses the image.
     *
     * @param metadata of the image
     * @param entries what the table has from now on
     * @throws IOException if that failed
     */
    public static void replace(Metadata metadata, List<SnapshotEntry> entries) throws IOException {
        Geometry geometry = metadata.geometry;
        long size = metadata.headers.header().size();
        List<SnapshotEntry> whole = entries.stream().map(entry -> entry.completed(size)).toList();
        long bytes = 0;
        for (SnapshotEntry entry : whole) {
            bytes += entry.encodedBytes();
        }
        if (bytes > Integer.MAX_VALUE) {
            throw BlockException.unsupported("the snapshot table would have " + bytes + " bytes");
        }
        Tables old = metadata.headers.header().tables();
        long offset = 0;
        if (bytes > 0) {
            offset = metadata.allocator().allocateContiguous((int) geometry.clustersFor(bytes)).offset();
            ByteBuffer table = ByteBuffer.allocate((int) bytes);
            whole.forEach(entry -> entry.encode(table));
            metadata.file.child().write(offset, table.flip(), RequestFlags.NONE);
        }
        metadata.writeBack();
        Header header = metadata.headers.header();
        metadata.headers.update(header.withTables(header.tables().withSnapshots(offset, whole.size())));
        free(metadata, old, entries);
    }

    private static void free(Metadata metadata, Tables old, List<SnapshotEntry> entries) {
        long bytes = 0;
        for (SnapshotEntry entry : entries) {
            bytes += entry.encodedBytes();
        }
        if (old.snapshotsOffset() != 0 && bytes > 0) {
            metadata.frees.add(old.snapshotsOffset(),
                    metadata.geometry.offsetOf(metadata.geometry.clustersFor(bytes)), PendingFrees.Reason.OTHER);
        }
    }

    /**
     * The entries as they are.
     *
     * @param metadata of the image
     * @return in their order
     * @throws IOException if they cannot be read
     */
    public static List<SnapshotEntry> read(Metadata metadata) throws IOException {
        Tables tables = metadata.headers.header().tables();
        List<SnapshotEntry> entries = new ArrayList<>();
        long at = tables.snapshotsOffset();
        for (int i = 0; i < tables.snapshotCount(); i++) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MAX_ENTRY_BYTES, metadata.file.size() - at));
            metadata.file.readTable("snapshot table", at, bytes);
            entries.add(SnapshotEntry.parse(bytes.flip()));
            at += bytes.position();
        }
        return entries;
    }
}
