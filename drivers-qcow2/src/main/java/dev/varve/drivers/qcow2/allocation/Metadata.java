// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.RequestGate;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L2Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The metadata of a writable image in memory, and the order in which it reaches the file.
 *
 * <pre>
 * Guest data is written before its mapping is changed in memory. New L2 tables and refcount blocks are initialised in
 * the file when they are allocated, before anything refers to them.
 *
 * flush:  1. refcount blocks; where the refcount table changed: flush, then the refcount table
 *         2. flush: data, refcounts and the initial content of new tables are durable
 *         3. L2 tables and the L1 table, in any order: an L1 entry refers to a table that is durable since 2
 *         4. flush: the new mapping is durable
 *         5. wait until every request that may have looked up the old mapping has gone
 *         6. lower the refcounts of what the old mapping used; it may be reused from now on
 *
 * What 6 changes goes out with the next 1. A power cut leaves every durable mapping with its data and with refcounts
 * that are high enough; what is too high is a leak. L2 slices that are dirty are only written by 1 to 4, so making room
 * in their cache keeps the same order. A write that fails in 1 to 4 poisons.
 * </pre>
 *
 * <p>Everything but what is said to be for any thread is under {@link #lock}. Requests that use host offsets they
 * looked up are inside {@link #gate}; whoever holds the lock must not close the gate, and who closes it must not be
 * inside.
 */
public final class Metadata {
    private static final int MANY_FREE_RANGES = 1 << 14;
    private static final long MANY_FREE_BYTES = 256L << 20;

    final ReentrantLock lock = new ReentrantLock();
    final Poison poison = new Poison();
    final InFlight inFlight = new InFlight(lock);
    final PendingFrees frees = new PendingFrees();
    final HostFile file;
    /** Where guest clusters are: the same file, or an external data file. */
    final HostFile data;
    final Geometry geometry;
    final HeaderStore headers;
    final ClusterMap map;
    final RequestGate gate;
    final OverlapCheck overlaps;
    private final Refcounts refcounts;
    private final ClusterAllocator allocator;
    private final Releases releases;
    private final WriteSettings settings;
    private final ReentrantLock flushing = new ReentrantLock();
    /** Metadata was written that no flush has followed: only then does a failed flush poison. */
    private boolean unflushed;

    /**
     * Of an image that is open for writing.
     *
     * @param file its file
     * @param data where guest clusters are: the same, or the external data file
     * @param headers its header
     * @param map its mapping
     * @param gate what requests pass
     * @param settings the options that matter for writing
     */
    public Metadata(HostFile file, HostFile data, HeaderStore headers, ClusterMap map, RequestGate gate,
            WriteSettings settings) throws IOException {
        this.file = file;
        this.data = data;
        this.headers = headers;
        this.map = map;
        this.gate = gate;
        this.settings = settings;
        this.geometry = headers.header().geometry();
        Tables tables = headers.header().tables();
        this.refcounts = new Refcounts(file, geometry, tables, settings.refcountCacheBytes(), poison);
        this.overlaps = new OverlapCheck(settings.overlaps(), geometry, headers, file);
        this.allocator = new ClusterAllocator(file, geometry, headers, refcounts, overlaps, poison);
        this.releases = new Releases(file, data, headers, frees, allocator, settings);
    }

    /** The header, for any thread. */
    public HeaderStore headers() {
        return headers;
    }

    /** Takes and returns clusters; the first use looks where the image's tables are. */
    ClusterAllocator allocator() throws IOException {
        overlaps.watch(map.l1(), refcounts);
        return allocator;
    }

    /** Host clusters for guest clusters: at their own offset where there is an external data file. */
    ClusterAllocator.Run allocateData(long firstCluster, int clusters) throws IOException {
        return geometry.dataFile() ? new ClusterAllocator.Run(geometry.offsetOf(firstCluster), clusters, false)
                : allocator().allocate(clusters, "data cluster");
    }

    /** Tells whether the external data file is the disk as a raw image. */
    boolean isDataRaw() {
        return headers.isDataRaw();
    }

    /** Gives back what no mapping refers to. */
    void releaseData(ClusterAllocator.Run run) throws IOException {
        if (!geometry.dataFile()) {
            allocator.release(run.offset(), run.clusters());
        }
    }

    Refcounts refcounts() {
        return refcounts;
    }

    /** Before guest data is written in place. Any thread. */
    void checkOldData(long hostOffset, long bytes) throws IOException {
        if (geometry.dataFile()) {
            // What is there is no metadata, and may begin behind the end of the file.
            return;
        }
        file.checkBegin("data cluster", hostOffset, bytes);
        if (!overlaps.isReady()) {
            lock.lock();
            try {
                overlaps.watch(map.l1(), refcounts);
            } finally {
                lock.unlock();
            }
        }
        overlaps.checkDataWrite(hostOffset, bytes);
    }

    /** Makes sure that the L2 table of an L1 entry exists and belongs to this image alone. */
    void ownTable(long l1Index) throws IOException {
        L1Entry entry = new L1Entry(map.l1().bits(l1Index));
        if (entry.isUsed() && entry.isCopied()) {
            return;
        }
        long table = allocator().allocate(1, "L2 table").offset();
        try {
            if (entry.isUsed()) {
                copyTable(entry.l2TableOffset(), table);
            } else {
                file.event(DebugEvent.L2_ALLOC_WRITE);
                allocator.writeZeroes(table, geometry.clusterSize());
            }
        } catch (IOException e) {
            allocator.release(table, 1);
            throw e;
        }
        if (settings.lazyRefcounts()) {
            refcounts.write();
        }
        map.l1().set(l1Index, L1Entry.copied(table));
        if (entry.isUsed()) {
            frees.add(entry.l2TableOffset(), geometry.clusterSize(), PendingFrees.Reason.OTHER);
        }
    }

    /** Takes clusters that follow each other for a table beside the mapping; they read as zeroes. Any thread. */
    public long reserveTable(long bytes) throws IOException {
        int clusters = (int) geometry.clustersFor(bytes);
        lock.lock();
        try {
            long offset = allocator().allocateContiguous(clusters).offset();
            allocator.writeZeroes(offset, geometry.offsetOf(clusters));
            return offset;
        } finally {
            lock.unlock();
        }
    }

    private void copyTable(long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(geometry.clusterSize());
        file.event(DebugEvent.L2_ALLOC_COW_READ);
        file.readTable("L2 table", from, bytes);
        file.event(DebugEvent.L2_ALLOC_WRITE);
        file.child().write(to, bytes.clear(), RequestFlags.NONE);
    }

    /** What an L2 entry referred to loses the reference. */
    void letGo(long bits, PendingFrees.Reason reason) {
        releases.letGo(bits, reason);
    }

    /** The slice of a guest offset, to be changed, in an L2 table of this image alone. */
    L2Slice sliceForUpdate(long guestOffset) throws IOException {
        ownTable(geometry.l1Index(guestOffset));
        return map.cache().forUpdate(map.sliceOf(guestOffset));
    }

    /** Keeps the slice cache within its bound; after each change of entries. */
    void limitDirtySlices() throws IOException {
        if (map.cache().isFullOfDirty()) {
            writeBack();
        }
    }

    /** As {@link #limitDirtySlices}, for any thread that does not hold the lock. */
    void limitDirty() throws IOException {
        lock.lock();
        try {
            limitDirtySlices();
        } finally {
            lock.unlock();
        }
    }

    /** Steps 1 to 4. */
    void writeBack() throws IOException {
        poison.check();
        boolean mapping = map.l1().isDirty() || !map.cache().dirtySlices().isEmpty();
        unflushed |= refcounts.isDirty() || mapping;
        try {
            if (!settings.lazyRefcounts() || refcounts.isTableDirty()) {
                refcounts.write();
            }
            if (geometry.dataFile()) {
                data.child().flush();
            }
            file.event(DebugEvent.FLUSH_TO_DISK);
            file.child().flush();
            refcounts.flushed();
            if (mapping) {
                writeMapping();
                file.child().flush();
            }
            unflushed = false;
        } catch (IOException e) {
            if (unflushed) {
                poison.set(e);
            }
            throw e;
        }
    }

    private void writeMapping() throws IOException {
        for (L2Slice slice : map.cache().dirtySlices()) {
            ByteBuffer bytes = ByteBuffer.allocate(slice.length() * Long.BYTES);
            for (int index = 0; index < slice.length(); index++) {
                bytes.putLong(slice.bits(index));
            }
            long table = new L1Entry(map.l1().bits(map.l1IndexOf(slice.number()))).l2TableOffset();
            file.event(DebugEvent.L2_UPDATE);
            overlaps.checkOwn(MetadataKind.ACTIVE_L2, table + map.offsetInTable(slice.number()), bytes.capacity());
            file.child().write(table + map.offsetInTable(slice.number()), bytes.flip(), RequestFlags.NONE);
            map.cache().markClean(slice);
        }
        map.l1().write();
    }

    /**
     * Makes everything durable that was written before the call. For any thread outside the gate that does not hold
     * the lock.
     */
    public void flush() throws IOException {
        file.corruption().check();
        file.event(DebugEvent.FLUSH_TO_OS);
        flushing.lock();
        try {
            List<PendingFrees.Free> old;
            lock.lock();
            try {
                writeBack();
                old = frees.take();
            } finally {
                lock.unlock();
            }
            if (!old.isEmpty()) {
                gate.close();
                gate.open();
                lock.lock();
                try {
                    apply(old);
                } finally {
                    lock.unlock();
                }
            }
        } finally {
            flushing.unlock();
        }
    }

    /** Something that needs the file as it is when nothing is under way. */
    @FunctionalInterface
    public interface QuietWork<T> {
        /** Does it. */
        T run() throws IOException;
    }

    /**
     * Lets requests under way finish, holds off new ones, writes all metadata, applies what waits to be freed, and does
     * the work. For any thread outside the gate that does not hold the lock.
     */
    public <T> T whileQuiet(QuietWork<T> work) throws IOException {
        flushing.lock();
        gate.close();
        lock.lock();
        try {
            writeBack();
            apply(frees.take());
            writeBack();
            writeLateRefcounts();
            return work.run();
        } finally {
            lock.unlock();
            gate.open();
            flushing.unlock();
        }
    }

    /**
     * Puts another header area in the place of the present one, when everything it may rely on is durable. For any
     * thread outside the gate that does not hold the lock.
     *
     * @param changed must fit into the first cluster
     */
    public void replaceHeader(Header changed) throws IOException {
        whileQuiet(() -> {
            try {
                headers.replace(changed);
            } catch (IOException e) {
                poison.set(e);
                throw e;
            }
            return changed;
        });
    }

    /** Flushes where so much waits for a flush that new allocations would rather have it. As {@link #flush}. */
    public void flushManyFrees() throws IOException {
        lock.lock();
        boolean many;
        try {
            many = frees.ranges() > MANY_FREE_RANGES || frees.bytes() > MANY_FREE_BYTES;
        } finally {
            lock.unlock();
        }
        if (many) {
            flush();
        }
    }

    private void apply(List<PendingFrees.Free> old) throws IOException {
        try {
            for (PendingFrees.Free free : old) {
                releases.apply(free);
            }
        } catch (IOException e) {
            poison.set(e);
            throw e;
        }
    }

    /** Frees what nothing durable refers to and no request can still use. */
    void releaseNow(PendingFrees.Free free) throws IOException {
        allocator();
        releases.apply(free);
    }

    /** Before the first mapping changes whose refcounts may reach the file late. */
    void markLazy() throws IOException {
        if (settings.lazyRefcounts() && !headers.header().features().hasIncompatible(Features.DIRTY)) {
            headers.putOn(Features.DIRTY);
        }
    }

    /** Refcounts that may reach the file late do so now. */
    private void writeLateRefcounts() throws IOException {
        if (settings.lazyRefcounts() && refcounts.isDirty()) {
            refcounts.write();
            file.child().flush();
            refcounts.flushed();
        }
    }

    /** Nothing is written from now on, because the format's arithmetic has changed in the file. */
    public void retire() {
        poison.set(new BlockException(ErrorKind.CHANGED, "the image was amended"));
    }

    /** Takes the image for what its file says: another program, as it were, has changed it. Nothing may be dirty. */
    public void reload() throws IOException {
        Tables tables = headers.header().tables();
        map.forget(tables);
        refcounts.reload(tables);
        allocator.reset();
        overlaps.forget();
    }

    /** Flushes until nothing waits, so that the file has neither errors nor leaks. Nothing at all where poisoned. */
    public void close() throws IOException {
        poison.check();
        flush();
        lock.lock();
        try {
            writeBack();
            writeLateRefcounts();
            if (headers.header().features().hasIncompatible(Features.DIRTY)) {
                headers.takeOff(Features.DIRTY);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Refuses where an earlier metadata write failed. For any thread. */
    public void checkUsable() throws IOException {
        file.corruption().check();
        poison.check();
    }
}
