// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.FieldChecks;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes free host clusters, first fit, and gives clusters back; adds refcount blocks and lengthens the refcount table
 * where they are needed. Everything here is under the metadata lock.
 *
 * <p>Order when the table moves: blocks and new table are written and flushed, then the header changes and is flushed,
 * then the old table is free. A failure before the header's change leaves the old table in force.
 */
final class ClusterAllocator {
    private static final int SMALL_ZERO_WRITE = 64 << 10;

    private final HostFile file;
    private final Geometry geometry;
    private final HeaderStore headers;
    private final Refcounts refcounts;
    private final OverlapCheck overlaps;
    private final Poison poison;
    /** No cluster below it is free. */
    private long hint;
    /** Where the next compressed cluster goes, inside a cluster that has others; 0 for none. */
    private long tail;
    /** Clusters from here on have never been written: they read as zeroes. */
    private long freshFrom;

    /**
     * Host clusters that follow each other.
     *
     * @param offset where the first begins
     * @param clusters how many
     * @param fresh whether they are known to read as zeroes
     */
    record Run(long offset, int clusters, boolean fresh) {}

    ClusterAllocator(HostFile file, Geometry geometry, HeaderStore headers, Refcounts refcounts,
            OverlapCheck overlaps, Poison poison) throws IOException {
        this.file = file;
        this.poison = poison;
        this.geometry = geometry;
        this.headers = headers;
        this.refcounts = refcounts;
        this.overlaps = overlaps;
        this.freshFrom = geometry.clustersFor(file.size());
    }

    /** Forgets where free clusters may be. */
    void reset() throws IOException {
        hint = 0;
        tail = 0;
        freshFrom = geometry.clustersFor(file.size());
    }

    /** Takes the first free cluster and as many that follow it as are free, up to {@code most}. */
    Run allocate(int most, String what) throws IOException {
        file.event(DebugEvent.CLUSTER_ALLOC);
        while (true) {
            long first = refcounts.findFree(hint);
            hint = first;
            int clusters = (int) refcounts.freeRun(first, most);
            if (blocksExist(first, clusters)) {
                refuseHeader(first, what);
                return take(first, clusters);
            }
        }
    }

    private void refuseHeader(long cluster, String what) throws IOException {
        if (cluster == 0) {
            throw file.corruption().fatal("Preventing invalid allocation of " + what + " at offset 0");
        }
    }

    /** Takes exactly so many clusters that follow each other. */
    Run allocateContiguous(int clusters) throws IOException {
        file.event(DebugEvent.CLUSTER_ALLOC);
        return allocateContiguousFrom(hint, clusters);
    }

    /** Takes clusters behind everything that was ever written, up to {@code most}. */
    Run allocateFresh(int most) throws IOException {
        freshFrom = Math.max(freshFrom, geometry.clustersFor(file.size()));
        while (true) {
            long first = refcounts.findFree(freshFrom);
            int room = geometry.refcountBlockEntries() - geometry.refcountBlockIndex(first);
            int clusters = (int) refcounts.freeRun(first, Math.min(most, room));
            if (blocksExist(first, clusters)) {
                return take(first, clusters);
            }
        }
    }

    private Run allocateContiguousFrom(long from, int clusters) throws IOException {
        long first = from;
        while (true) {
            first = refcounts.findFree(first);
            long run = refcounts.freeRun(first, clusters);
            if (run < clusters) {
                first += run;
            } else if (blocksExist(first, clusters)) {
                return take(first, clusters);
            }
        }
    }

    private Run take(long first, int clusters) throws IOException {
        long end = first + clusters;
        if (end > geometry.clusterOf(FieldChecks.MAX_HOST_OFFSET)) {
            throw new BlockException(ErrorKind.NO_SPACE, "the file would grow beyond host offset "
                    + FieldChecks.MAX_HOST_OFFSET);
        }
        overlaps.checkAllocation(geometry.offsetOf(first), geometry.offsetOf(clusters));
        refcounts.increase(first, clusters);
        boolean fresh = first >= freshFrom;
        freshFrom = Math.max(freshFrom, end);
        if (first == hint) {
            hint = end;
        }
        return new Run(geometry.offsetOf(first), clusters, fresh);
    }

    /**
     * Takes bytes for a compressed cluster, behind the one before as far as there is room (QEMU's
     * {@code qcow2_alloc_bytes}). Each host cluster that they touch is referred to once more.
     *
     * @param bytes how many, at most a cluster
     * @return where they begin, in no way aligned
     */
    long allocateBytes(int bytes) throws IOException {
        file.event(DebugEvent.CLUSTER_ALLOC_BYTES);
        long at = tail;
        if (at != 0 && refcounts.isFull(geometry.clusterOf(at))) {
            at = 0;
        }
        int room = at == 0 ? 0 : geometry.clusterSize() - geometry.offsetInCluster(at);
        boolean continues = room >= bytes;
        if (!continues) {
            long next = allocate(1, "compressed cluster").offset();
            continues = at != 0 && next == at + room;
            at = continues ? at : next;
        }
        if (continues) {
            refcounts.increase(geometry.clusterOf(at), 1);
        }
        tail = geometry.offsetInCluster(at + bytes) == 0 ? 0 : at + bytes;
        return at;
    }

    /** Gives bytes of {@link #allocateBytes} back. */
    void releaseBytes(long offset, long bytes) throws IOException {
        long first = geometry.clusterOf(offset);
        release(geometry.offsetOf(first), (int) (geometry.clustersFor(offset + bytes) - first));
    }

    /** Gives clusters back that nothing refers to any more. */
    void release(long offset, int clusters) throws IOException {
        file.event(DebugEvent.CLUSTER_FREE);
        for (int i = 0; i < clusters; i++) {
            releaseOne(geometry.clusterOf(offset) + i);
        }
    }

    /** Gives a cluster back; true where it is free now. */
    boolean releaseOne(long cluster) throws IOException {
        boolean free = refcounts.decrease(cluster) == 0;
        if (free) {
            hint = Math.min(hint, cluster);
            overlaps.released(geometry.offsetOf(cluster));
            if (cluster == geometry.clusterOf(tail)) {
                tail = 0;
            }
        }
        return free;
    }

    /** Makes sure of the refcount blocks; false where one had to be added, which may have taken the clusters. */
    private boolean blocksExist(long first, int clusters) throws IOException {
        long last = geometry.refcountTableIndex(first + clusters - 1);
        for (long index = geometry.refcountTableIndex(first); index <= last; index++) {
            if (index >= refcounts.tableEntries()) {
                growTable(last);
                return false;
            }
            if (!refcounts.hasBlock(index)) {
                addBlock((int) index, first + clusters);
                return false;
            }
        }
        return true;
    }

    /** A new block describes itself unless a cluster is free that an older block describes. */
    private void addBlock(int tableIndex, long wanted) throws IOException {
        file.event(DebugEvent.REFBLOCK_ALLOC);
        long free = refcounts.findFree(hint);
        hint = free;
        // Refcounts that say the header is free say nothing.
        long cluster = free == 0 ? refcounts.findFree(wanted) : free;
        long home = geometry.refcountTableIndex(cluster);
        if (home != tableIndex && !refcounts.hasBlock(home)) {
            cluster = (long) tableIndex << geometry.refcountBlockBits();
        }
        long offset = geometry.offsetOf(cluster);
        overlaps.checkAllocation(offset, geometry.clusterSize());
        file.event(DebugEvent.REFBLOCK_ALLOC_WRITE);
        writeZeroes(offset, geometry.clusterSize());
        refcounts.addBlock(tableIndex, offset);
        try {
            refcounts.increase(cluster, 1);
        } catch (IOException e) {
            // The table names a block whose cluster still counts as free.
            poison.set(e);
            throw e;
        }
        freshFrom = Math.max(freshFrom, cluster + 1);
    }

    /** Moves the table to the first clusters it does not cover, longer by half, with the blocks it needs there. */
    private void growTable(long neededIndex) throws IOException {
        file.event(DebugEvent.REFTABLE_GROW);
        int oldEntries = refcounts.tableEntries();
        long start = (long) oldEntries << geometry.refcountBlockBits();
        long entries = Math.max(neededIndex + 2, oldEntries + (oldEntries >> 1) + 1L);
        int blocks = 1;
        long tableClusters;
        while (true) {
            entries = Math.max(entries, (long) oldEntries + blocks);
            tableClusters = geometry.clustersFor(entries * Long.BYTES);
            long needed = geometry.refcountTableIndex(start + blocks + tableClusters - 1) + 1 - oldEntries;
            if (needed <= blocks) {
                break;
            }
            blocks = (int) needed;
        }
        long bytes = geometry.offsetOf(tableClusters);
        if (bytes > Tables.MAX_REFCOUNT_TABLE_BYTES) {
            throw new BlockException(ErrorKind.NO_SPACE, "the refcount table would need " + bytes
                    + " bytes, allowed are " + Tables.MAX_REFCOUNT_TABLE_BYTES);
        }
        moveTable(start, blocks, (int) tableClusters);
    }

    private void moveTable(long start, int blocks, int tableClusters) throws IOException {
        Tables old = headers.header().tables();
        int oldEntries = refcounts.tableEntries();
        file.event(DebugEvent.REFBLOCK_ALLOC_WRITE_BLOCKS);
        for (int i = 0; i < blocks; i++) {
            writeZeroes(geometry.offsetOf(start + i), geometry.clusterSize());
        }
        refcounts.extendTable((int) (geometry.offsetOf(tableClusters) / Long.BYTES));
        for (int i = 0; i < blocks; i++) {
            refcounts.addBlock(oldEntries + i, geometry.offsetOf(start + i));
        }
        freshFrom = Math.max(freshFrom, start + blocks + tableClusters);
        long offset = geometry.offsetOf(start + blocks);
        try {
            refcounts.increase(start, blocks + (long) tableClusters);
            file.event(DebugEvent.REFBLOCK_ALLOC_WRITE_TABLE);
            refcounts.moveTable(offset);
            file.event(DebugEvent.REFBLOCK_ALLOC_SWITCH_TABLE);
            Header header = headers.header();
            headers.update(header.withTables(header.tables().withRefcountTable(offset, tableClusters)));
            release(old.refcountTableOffset(), old.refcountTableClusters());
        } catch (IOException e) {
            poison.set(e);
            throw e;
        }
    }

    /** Zeroes a range of the file for metadata. */
    void writeZeroes(long offset, long bytes) throws IOException {
        if (bytes <= SMALL_ZERO_WRITE) {
            file.child().write(offset, ByteBuffer.allocate((int) bytes), RequestFlags.NONE);
        } else {
            file.child().writeZeroes(offset, bytes, RequestFlags.NONE);
        }
    }
}
