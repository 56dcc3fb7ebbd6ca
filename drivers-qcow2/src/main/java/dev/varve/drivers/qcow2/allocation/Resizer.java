// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.L2Slice;
import java.io.IOException;

/**
 * Changes the size of an image (QEMU's {@code qcow2_co_truncate}, {@code qcow2_grow_l1_table},
 * {@code preallocate_co}); shrinking is {@link Cropping}'s.
 *
 * <p>Order: the new L1 table is written and made durable, then the header changes, then the old one waits to be freed;
 * whatever the new area would show is zeroed or allocated and made durable; last the header's size changes. A failure
 * on the way leaves the old size.
 */
public final class Resizer {
    /** Sizes are multiples of it (QEMU's {@code BDRV_SECTOR_SIZE}). */
    public static final int SECTOR = 512;

    private static final int MAX_PREALLOCATED_RUN = 1 << 20;

    private final Metadata metadata;
    private final Geometry geometry;
    private final ClusterMap map;
    private final Backing backing;
    private final DataWriter data;
    private final ZeroWriter zeroes;

    /** Grows an image whose new area is kept from showing the backing file's content. */
    public Resizer(Metadata metadata, Backing backing, DataWriter data, ZeroWriter zeroes) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.map = metadata.map;
        this.backing = backing;
        this.data = data;
        this.zeroes = zeroes;
    }

    /** Changes the virtual size; one change at a time. Outside the gate and the lock. */
    public synchronized void truncate(long size, Preallocation mode) throws IOException {
        metadata.checkUsable();
        Header header = metadata.headers.header();
        check(header, size);
        if (size < header.size()) {
            if (mode != Preallocation.OFF) {
                throw BlockException.invalidOption("Preallocation can't be used for shrinking an image");
            }
            new Cropping(metadata, zeroes).crop(header.size(), size);
            return;
        }
        if (size == header.size()) {
            return;
        }
        growL1(size);
        if (geometry.dataFile()) {
            growDataFile(header.size(), size, mode == Preallocation.METADATA ? Preallocation.OFF : mode);
        }
        zeroNewArea(header.size(), size);
        // A raw data file is read without the metadata, which must not tell of anything else: all of it is allocated.
        Preallocation wanted = mode == Preallocation.OFF && metadata.isDataRaw() ? Preallocation.METADATA : mode;
        if (wanted != Preallocation.OFF) {
            preallocate(header.size(), size, wanted);
            if (geometry.version() < 3 && data.isEncrypted()) {
                // What was never written decrypts to anything, and version 2 has no clusters of zeroes.
                writeZeroData(header.size(), size - header.size());
            }
        }
        metadata.flush();
        updateHeader(size);
    }

    /**
     * Makes the L1 table long enough for what lies behind the disk: machine state.
     *
     * @param end where that ends, as a guest offset
     */
    public synchronized void reach(long end) throws IOException {
        metadata.checkUsable();
        checkSize(geometry, end);
        growL1(end);
    }

    private void check(Header header, long size) throws BlockException {
        if (size % SECTOR != 0) {
            throw BlockException.invalidOption("The new size must be a multiple of " + SECTOR);
        }
        if (geometry.version() < 3 && header.tables().snapshotCount() > 0) {
            throw BlockException.unsupported("Can't resize a v2 image which has snapshots");
        }
        checkSize(geometry, size);
    }

    /** Refuses sizes that no L1 table can map. */
    public static void checkSize(Geometry geometry, long size) throws BlockException {
        long entries = geometry.l1EntriesFor(size);
        if (entries > Tables.MAX_L1_ENTRIES) {
            throw new BlockException(ErrorKind.NO_SPACE,
                    "The image size is too large (try using a larger cluster size)");
        }
    }

    private void updateHeader(long size) throws IOException {
        metadata.lock.lock();
        try {
            metadata.headers.update(metadata.headers.header().withSize(size));
        } catch (IOException e) {
            metadata.poison.set(e);
            throw e;
        } finally {
            metadata.lock.unlock();
        }
    }

    /** So that it ends where the disk does. */
    private void growDataFile(long oldSize, long size, Preallocation mode) throws IOException {
        long stale = Math.min(metadata.data.size(), size) - oldSize;
        if (stale > 0 && metadata.isDataRaw()) {
            metadata.data.child().writeZeroes(oldSize, stale, RequestFlags.NONE);
        }
        if (metadata.data.size() < size) {
            metadata.data.child().truncate(size, mode, RequestFlags.NONE);
        }
    }

    private void growL1(long size) throws IOException {
        metadata.lock.lock();
        try {
            int entries = (int) geometry.l1EntriesFor(size);
            if (entries > map.l1().entries()) {
                metadata.writeBack();
                moveL1(entries);
            }
        } finally {
            metadata.lock.unlock();
        }
    }

    private void moveL1(int entries) throws IOException {
        metadata.file.event(DebugEvent.L1_GROW_ALLOC_TABLE);
        int clusters = (int) geometry.clustersFor((long) entries * Long.BYTES);
        long offset = metadata.allocator().allocateContiguous(clusters).offset();
        try {
            metadata.file.event(DebugEvent.L1_GROW_WRITE_TABLE);
            map.l1().copyTo(offset, entries);
        } catch (IOException e) {
            metadata.allocator().release(offset, clusters);
            throw e;
        }
        Tables old = metadata.headers.header().tables();
        try {
            metadata.writeBack();
            metadata.file.event(DebugEvent.L1_GROW_ACTIVATE_TABLE);
            Header header = metadata.headers.header();
            metadata.headers.update(header.withTables(header.tables().withL1(offset, entries)));
        } catch (IOException e) {
            metadata.poison.set(e);
            throw e;
        }
        map.l1().moveTo(offset, entries);
        if (old.l1Entries() > 0) {
            metadata.frees.add(old.l1Offset(), geometry.offsetOf(geometry.clustersFor(old.l1Bytes())),
                    PendingFrees.Reason.OTHER);
        }
    }

    /** Hides what the last cluster, stale entries and the backing file would show. */
    private void zeroNewArea(long oldSize, long size) throws IOException {
        long begin = geometry.offsetOf(geometry.clustersFor(oldSize));
        if (begin > oldSize) {
            zeroTail(oldSize, Math.min(begin, size));
        }
        long at = begin;
        while (at < size) {
            long bits = map.bits(at);
            long run = map.run(at, bits, size - at, ClusterMap.FOR_READ);
            ClusterKind kind = L2Entry.kindOf(bits);
            if (kind == ClusterKind.UNALLOCATED) {
                zeroClusters(at, at + backing.shown(at, run));
            } else if (!kind.isZero()) {
                zeroClusters(at, at + run);
            }
            at += run;
        }
    }

    private void zeroTail(long begin, long end) throws IOException {
        for (long at = begin; at < end;) {
            long bits = map.bits(at);
            long run = map.run(at, bits, end - at, ClusterMap.FOR_READ);
            ClusterKind kind = L2Entry.kindOf(bits);
            if (kind == ClusterKind.UNALLOCATED ? backing.shown(at, 1) > 0 : !kind.isZero()) {
                writeZeroData(at, run);
            }
            at += run;
        }
    }

    private void zeroClusters(long begin, long end) throws IOException {
        if (begin == end) {
            return;
        }
        if (geometry.version() < 3 && backing.isAttached()) {
            writeZeroData(begin, end - begin);
        } else {
            zeroes.zeroClusters(begin, end);
        }
    }

    private void writeZeroData(long offset, long bytes) throws IOException {
        int ticket = metadata.gate.enter();
        try {
            data.writeZeroData(offset, bytes);
        } finally {
            metadata.gate.exit(ticket);
        }
    }

    /** Host clusters behind all others, so that they read as zeroes without being written. */
    private void preallocate(long oldSize, long size, Preallocation mode) throws IOException {
        long at = geometry.clustersFor(oldSize);
        long end = geometry.clustersFor(size);
        metadata.lock.lock();
        try {
            metadata.poison.check();
            for (long table = geometry.l1Index(geometry.offsetOf(at)); at < end
                    && table <= geometry.l1Index(size - 1); table++) {
                metadata.ownTable(table);
            }
            while (at < end) {
                int most = (int) Math.min(MAX_PREALLOCATED_RUN, end - at);
                ClusterAllocator.Run run = geometry.dataFile() ? metadata.allocateData(at, most)
                        : metadata.allocator().allocateFresh(most);
                reserve(run, mode);
                for (int i = 0; i < run.clusters(); i++) {
                    link(geometry.offsetOf(at + i), run.offset() + geometry.offsetOf(i));
                }
                at += run.clusters();
            }
        } finally {
            metadata.lock.unlock();
        }
    }

    private void reserve(ClusterAllocator.Run run, Preallocation mode) throws IOException {
        if (geometry.dataFile()) {
            // It has the size of the disk already.
            return;
        }
        long end = run.offset() + geometry.offsetOf(run.clusters());
        try {
            metadata.file.child().truncate(end, mode == Preallocation.METADATA ? Preallocation.OFF : mode,
                    RequestFlags.NONE);
        } catch (IOException e) {
            metadata.allocator().release(run.offset(), run.clusters());
            throw e;
        }
    }

    private void link(long guestOffset, long hostOffset) throws IOException {
        L2Slice slice = map.cache().forUpdate(map.sliceOf(guestOffset));
        int index = map.indexInSlice(guestOffset);
        long changed = L2Entry.copied(hostOffset).bits();
        if (geometry.extendedL2()) {
            // Its subclusters stay what they are: they read as zeroes, or as the backing file's.
            metadata.letGo(slice.bits(2 * index), PendingFrees.Reason.OTHER);
            slice.setPair(index, changed, slice.bits(2 * index + 1));
        } else {
            long zero = geometry.version() >= 3 && data.isEncrypted() ? L2Entry.ZERO : 0;
            metadata.letGo(slice.bits(index), PendingFrees.Reason.OTHER);
            slice.set(index, changed | zero);
        }
        metadata.limitDirtySlices();
    }
}
