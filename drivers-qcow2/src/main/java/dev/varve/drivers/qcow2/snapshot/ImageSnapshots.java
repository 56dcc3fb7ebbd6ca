// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.SnapshotStore;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.allocation.Metadata;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The internal snapshots of an open image. */
public final class ImageSnapshots implements SnapshotStore {
    private static final int MAX_NAME = 255;
    private static final int NANOS_PER_MICRO = 1000;
    private static final long SECTOR_MASK = 511;

    private final HostFile file;
    private final HeaderStore headers;
    private final ClusterMap map;
    private final @Nullable Metadata metadata;
    private final SnapshotDisk disk;

    /**
     * Of an image.
     *
     * @param file its file
     * @param headers its header
     * @param map its mapping
     * @param metadata null where it is open read-only
     * @param disk the disk
     */
    public ImageSnapshots(HostFile file, HeaderStore headers, ClusterMap map, @Nullable Metadata metadata,
            SnapshotDisk disk) {
        this.file = file;
        this.headers = headers;
        this.map = map;
        this.metadata = metadata;
        this.disk = disk;
    }

    /** What an image tells of its snapshots. */
    public static List<SnapshotInfo> list(HostFile file, Header header) throws IOException {
        if (header.tables().snapshotCount() == 0) {
            return List.of();
        }
        return SnapshotTable.read(file, header.tables()).entries().stream()
                .map(entry -> SnapshotTable.info(entry, diskSize(header))).toList();
    }

    private static long diskSize(Header header) {
        return header.size() & ~SECTOR_MASK;
    }

    private long diskSize() {
        return diskSize(headers.header());
    }

    @Override
    public List<SnapshotInfo> list() throws IOException {
        return list(file, headers.header());
    }

    private Metadata writable() throws BlockException {
        if (metadata == null) {
            throw new BlockException(ErrorKind.READ_ONLY, "the image is open read-only");
        }
        return metadata;
    }

    private <T> T change(Metadata.QuietWork<T> work) throws IOException {
        Metadata open = writable();
        open.checkUsable();
        return open.whileQuiet(work);
    }

    /** A name is cut to 255 bytes, as QEMU does. */
    @Override
    public SnapshotInfo create(String name) throws IOException {
        String stored = SnapshotTable.stored(name);
        String cut = stored.substring(0, Math.min(stored.length(), MAX_NAME));
        Instant now = Instant.now();
        SnapshotEntry.Taken taken = new SnapshotEntry.Taken((int) now.getEpochSecond(),
                now.getNano() / NANOS_PER_MICRO * NANOS_PER_MICRO, 0);
        return SnapshotTable.info(change(() -> changes().create(cut, taken, diskSize())), diskSize());
    }

    private SnapshotChanges changes() throws BlockException {
        SnapshotChanges changes = new SnapshotChanges(file, writable());
        changes.checkOffered();
        return changes;
    }

    @Override
    public void apply(String idOrName) throws IOException {
        change(() -> {
            SnapshotChanges changes = changes();
            SnapshotTable table = changes.table();
            disk.checkReplaceable();
            changes.apply(table.entries().get(table.find(idOrName)), diskSize());
            return table;
        });
    }

    @Override
    public void delete(String idOrName) throws IOException {
        change(() -> {
            SnapshotChanges changes = changes();
            SnapshotTable table = changes.table();
            changes.delete(table, table.find(idOrName), diskSize());
            return table;
        });
    }

    @Override
    public void load(String idOrName) throws IOException {
        if (metadata != null) {
            throw BlockException.unsupported("the image is open for writing: a snapshot can be read only where it is "
                    + "open read-only");
        }
        Tables tables = headers.header().tables();
        SnapshotTable table = SnapshotTable.read(file, tables);
        SnapshotEntry entry = table.entries().get(table.find(idOrName));
        SnapshotChanges.checkL1(entry, headers.header().geometry(), file.size());
        map.forget(tables.withL1(entry.l1Offset(), entry.l1Entries()));
    }

    /** Where machine state begins as a guest offset (QEMU's {@code qcow2_vm_state_offset}). */
    public static long stateOffset(Header header) {
        Geometry geometry = header.geometry();
        return geometry.l1EntriesFor(diskSize(header)) * geometry.l2Coverage();
    }

    private long guestOffset(long offset, long bytes) throws BlockException {
        long begin = stateOffset(headers.header());
        if (offset < 0 || offset > Long.MAX_VALUE - begin - bytes) {
            throw new BlockException(ErrorKind.NO_SPACE, "machine state at offset " + offset + ", allowed is 0 to "
                    + (Long.MAX_VALUE - begin - bytes));
        }
        return begin + offset;
    }

    @Override
    public void readVmState(long offset, ByteBuffer dst) throws IOException {
        file.child().debugEvent(DebugEvent.VMSTATE_LOAD);
        long at = guestOffset(offset, dst.remaining());
        long mapped = map.l1().entries() * headers.header().geometry().l2Coverage();
        while (dst.hasRemaining()) {
            int run = at < mapped ? disk.read(at, dst) : -dst.remaining();
            if (run < 0) {
                HostFile.zeroFill(dst, -run);
            }
            at += Math.abs(run);
        }
    }

    @Override
    public void writeVmState(long offset, ByteBuffer src) throws IOException {
        writable();
        file.child().debugEvent(DebugEvent.VMSTATE_SAVE);
        disk.writeBehind(guestOffset(offset, src.remaining()), src);
    }
}
