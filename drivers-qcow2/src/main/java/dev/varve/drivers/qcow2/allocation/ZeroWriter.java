// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.L2Slice;
import java.io.IOException;

/**
 * Zero clusters and discard (QEMU's {@code qcow2_co_pwrite_zeroes}, {@code zero_in_l2_slice},
 * {@code discard_in_l2_slice}). Only mappings change here; host clusters that lose theirs wait in
 * {@link PendingFrees}. Any thread outside the lock.
 */
public final class ZeroWriter {
    private final Metadata metadata;
    private final Geometry geometry;
    private final ClusterMap map;
    private final Backing backing;
    private final DataWriter data;

    /** How a range of whole clusters changes. */
    private enum Change {
        /** Zeroes that keep their host clusters. */
        ZERO,
        /** Zeroes that give their host clusters up. */
        UNMAP,
        /** Nobody needs the content. */
        DISCARD,
        /** The clusters leave the disk: nothing is kept of them, and nothing hides a backing file. */
        CROP
    }

    /** Works on the mapping of an image; what it cannot express is written by {@code data}. */
    public ZeroWriter(Metadata metadata, Backing backing, DataWriter data) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.map = metadata.map;
        this.backing = backing;
        this.data = data;
    }

    /**
     * Makes a range read as zeroes.
     *
     * @param mayUnmap host clusters may be given up
     * @param noFallback zeroes must not be written as data
     * @throws IOException of kind UNSUPPORTED with nothing changed where it takes data and that is not wanted, and for
     *         version 2 with a backing file
     */
    public void zero(long offset, long bytes, boolean mayUnmap, boolean noFallback) throws IOException {
        metadata.checkUsable();
        if (geometry.version() < 3 && backing.isAttached()) {
            throw BlockException.unsupported("version 2 has no zero clusters to hide a backing file");
        }
        long end = offset + bytes;
        long firstWhole = roundUp(offset);
        long lastWhole = end == metadata.headers.header().size() ? end : end - geometry.offsetInCluster(end);
        if (firstWhole > lastWhole || firstWhole == lastWhole && firstWhole != offset) {
            zeroParts(offset, Math.min(firstWhole, end), Math.max(firstWhole, offset), end, noFallback);
            return;
        }
        zeroParts(offset, firstWhole, lastWhole, end, noFallback);
        change(firstWhole, lastWhole, mayUnmap ? Change.UNMAP : Change.ZERO);
    }

    /** Two parts of clusters, either of which may be empty. */
    private void zeroParts(long offset, long offsetEnd, long tail, long tailEnd, boolean noFallback)
            throws IOException {
        boolean headDone = offset >= offsetEnd || zeroWholeInstead(offset);
        boolean tailDone = tail >= tailEnd || zeroWholeInstead(tail);
        if ((!headDone || !tailDone) && noFallback) {
            throw BlockException.unsupported("a part of a cluster can only be zeroed by writing zeroes");
        }
        if (!headDone) {
            writeZeroData(offset, offsetEnd - offset);
        }
        if (!tailDone) {
            writeZeroData(tail, tailEnd - tail);
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

    /** Makes the whole cluster one of zeroes where it reads as zeroes already; false where it does not. */
    private boolean zeroWholeInstead(long offset) throws IOException {
        long begin = offset - geometry.offsetInCluster(offset);
        metadata.lock.lock();
        try {
            long cluster = geometry.clusterOf(offset);
            metadata.inFlight.await(cluster, cluster + 1);
            ClusterKind kind = L2Entry.kindOf(map.bits(offset));
            if (kind.isZero()) {
                return true;
            }
            if (kind != ClusterKind.UNALLOCATED || !data.readsAsZeroes(begin, inDisk(begin))) {
                return false;
            }
            changeLocked(begin, begin + geometry.clusterSize(), Change.ZERO);
            return true;
        } finally {
            metadata.lock.unlock();
        }
    }

    private long inDisk(long begin) {
        return Math.min(geometry.clusterSize(), metadata.headers.header().size() - begin);
    }

    /** Gives up the whole clusters of a range; the last one of the disk counts as whole. */
    public void discard(long offset, long bytes) throws IOException {
        metadata.checkUsable();
        if (geometry.version() < 3 && backing.isAttached()) {
            // Without zero clusters the backing file's content would come back.
            return;
        }
        long end = offset + bytes;
        long last = end == metadata.headers.header().size() ? end : end - geometry.offsetInCluster(end);
        change(roundUp(offset), last, Change.DISCARD);
    }

    /** Makes whole clusters read as zeroes, whatever they held. */
    void zeroClusters(long offset, long end) throws IOException {
        change(offset, end, Change.UNMAP);
    }

    /** Takes everything out of the mapping: what shows then is the backing file. */
    public void dropAll() throws IOException {
        crop(0, geometry.offsetOf(geometry.clustersFor(metadata.headers.header().size())));
    }

    /** Takes whole clusters out of the mapping. */
    void crop(long offset, long end) throws IOException {
        change(offset, end, Change.CROP);
    }

    private long roundUp(long offset) {
        return geometry.offsetOf(geometry.clustersFor(offset));
    }

    private void change(long begin, long end, Change change) throws IOException {
        long at = begin;
        while (at < end) {
            // A slice at a time, so that others get the lock.
            long sliceEnd = Math.min(end, map.endOfSlice(at));
            metadata.lock.lock();
            try {
                metadata.poison.check();
                metadata.inFlight.await(geometry.clusterOf(at), geometry.clustersFor(sliceEnd));
                long skipped = untouched(at, end, change);
                if (skipped > 0) {
                    at += skipped;
                    continue;
                }
                changeLocked(at, sliceEnd, change);
                metadata.limitDirtySlices();
            } finally {
                metadata.lock.unlock();
            }
            at = sliceEnd;
        }
    }

    /** How much from an offset on has no L2 table and needs none. */
    private long untouched(long at, long end, Change change) throws IOException {
        boolean needsNone = geometry.version() < 3 || change == Change.CROP
                || change == Change.DISCARD && !backing.isAttached();
        if (!needsNone) {
            return 0;
        }
        long first = geometry.l1Index(at);
        long unused = map.l1().unusedRun(first, geometry.l1Index(end - 1) - first + 1);
        return unused == 0 ? 0 : Math.min(end, (first + unused) * geometry.l2Coverage()) - at;
    }

    private void changeLocked(long begin, long end, Change change) throws IOException {
        L2Slice slice = null;
        for (long at = begin; at < end; at += geometry.clusterSize()) {
            long old = map.rawBits(at);
            long changed = changed(old, change);
            if (changed == old) {
                continue;
            }
            if (slice == null) {
                slice = metadata.sliceForUpdate(at);
            }
            slice.set(map.indexInSlice(at), changed);
            if ((changed & L2Entry.OFFSET_MASK) == 0 && isAligned(old)) {
                metadata.letGo(old, PendingFrees.Reason.REQUEST);
            }
        }
    }

    private boolean isAligned(long old) {
        long host = old & L2Entry.OFFSET_MASK;
        if ((old & L2Entry.COMPRESSED) != 0 || geometry.offsetInCluster(host) == 0) {
            return true;
        }
        metadata.file.corruption().harmless("Cannot free unaligned cluster " + Hex.of(host));
        return false;
    }

    private long changed(long old, Change change) {
        if (change == Change.CROP) {
            return 0;
        }
        ClusterKind kind = L2Entry.kindOf(old);
        if (geometry.version() < 3) {
            return 0;
        }
        return switch (change) {
            case CROP -> 0;
            case ZERO -> kind.hasHostCluster() ? old | L2Entry.ZERO : L2Entry.ZERO;
            case UNMAP -> L2Entry.ZERO;
            case DISCARD -> kind.isAllocated() || kind == ClusterKind.UNALLOCATED && backing.isAttached()
                    ? L2Entry.ZERO : old;
        };
    }
}
