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
import java.util.List;

/** Puts a mended snapshot table in a new place (QEMU's {@code qcow2_write_snapshots}). */
public final class SnapshotTableWriter {
    /** What version 3 wants of each entry: 64-bit size of the VM state, size of the disk, instruction count. */
    private static final int KNOWN_EXTRA = 24;
    private static final int DISK_SIZE = 8;
    private static final int INSTRUCTION_COUNT = 16;

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
        List<SnapshotEntry> whole = entries.stream().map(entry -> completed(entry, size)).toList();
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

    private static SnapshotEntry completed(SnapshotEntry entry, long size) {
        ByteBuffer old = entry.extra();
        ByteBuffer extra = ByteBuffer.allocate(Math.max(KNOWN_EXTRA, old.remaining()));
        extra.putLong(0, Integer.toUnsignedLong(entry.vmStateBytes())).putLong(DISK_SIZE, size);
        extra.putLong(INSTRUCTION_COUNT, -1);
        int kept = old.remaining() < DISK_SIZE ? 0 : old.remaining() >= KNOWN_EXTRA ? old.remaining()
                : old.remaining() / Long.BYTES * Long.BYTES;
        extra.put(0, old, old.position(), kept);
        return new SnapshotEntry(entry.l1Offset(), entry.l1Entries(), entry.id(), entry.name(), entry.taken(),
                entry.vmStateBytes(), extra);
    }
}
