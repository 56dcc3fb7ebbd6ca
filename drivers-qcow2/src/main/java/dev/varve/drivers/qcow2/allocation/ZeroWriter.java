// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L2Bitmap;
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
    /** The longest request that is written as data at once (QEMU's {@code MAX_BOUNCE_BUFFER}). */
    private static final long MAX_BOUNCED = 16 << 20;

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
        long disk = metadata.headers.header().size();
        long firstWhole = geometry.unitUp(offset);
        // A subcluster that the disk ends in is a part, as it is for QEMU, which else would take the whole cluster.
        boolean toTheEnd = end == disk && !geometry.extendedL2();
        long lastWhole = toTheEnd ? end : end - geometry.offsetInUnit(end);
        if (firstWhole > lastWhole || firstWhole == lastWhole && firstWhole != offset) {
            zeroParts(offset, Math.min(firstWhole, end), Math.max(firstWhole, offset), end, noFallback);
            return;
        }
        zeroParts(offset, firstWhole, lastWhole, end, noFallback);
        if (geometry.extendedL2()) {
            if (isWrittenAsData(firstWhole, lastWhole, disk)) {
                writeInstead(firstWhole, lastWhole, noFallback);
                return;
            }
            unpack(firstWhole, lastWhole, disk, noFallback);
        }
        zeroRawData(firstWhole, lastWhole, mayUnmap);
        change(firstWhole, lastWhole, mayUnmap ? Change.UNMAP : Change.ZERO);
    }

    /** A raw data file must hold the zeroes too, as it is read without the metadata. */
    private void zeroRawData(long begin, long end, boolean mayUnmap) throws IOException {
        if (metadata.isDataRaw() && begin < end) {
            metadata.data.child().writeZeroes(begin, end - begin,
                    mayUnmap ? RequestFlags.MAY_UNMAP : RequestFlags.NONE);
        }
    }

    /**
     * QEMU refuses to zero a part of a compressed cluster, whereupon a request that fits into a bounce buffer is
     * written as data, all of it ({@code zero_l2_subclusters}, {@code bdrv_co_do_pwrite_zeroes}).
     */
    private boolean isWrittenAsData(long begin, long end, long disk) throws IOException {
        long last = end - geometry.offsetInCluster(end);
        return end - begin <= MAX_BOUNCED && begin < end
                && (geometry.offsetInCluster(begin) != 0 && isCompressed(begin)
                        || last < end && end != disk && isCompressed(last));
    }

    private void writeInstead(long begin, long end, boolean noFallback) throws IOException {
        if (noFallback) {
            throw BlockException.unsupported("a part of a compressed cluster can only be zeroed by writing zeroes");
        }
        writeZeroData(begin, end - begin);
    }

    /** A compressed cluster that is zeroed in part has no subclusters for that: the part is written. */
    private void unpack(long begin, long end, long disk, boolean noFallback) throws IOException {
        long firstEnd = Math.min(end, clusterUp(begin));
        if (geometry.offsetInCluster(begin) != 0 && isCompressed(begin)) {
            zeroParts(begin, firstEnd, end, end, noFallback);
        }
        long last = end - geometry.offsetInCluster(end);
        if (last < end && end != disk && last >= begin && isCompressed(last)) {
            zeroParts(last, end, end, end, noFallback);
        }
    }

    private boolean isCompressed(long offset) throws IOException {
        return L2Entry.kindOf(map.bits(offset)) == ClusterKind.COMPRESSED;
    }

    /** Two parts of clusters, either of which may be empty. */
    private void zeroParts(long offset, long offsetEnd, long tail, long tailEnd, boolean noFallback)
            throws IOException {
        boolean headDone = offset >= offsetEnd || zeroWholeInstead(offset, offsetEnd);
        boolean tailDone = tail >= tailEnd || zeroWholeInstead(tail, tailEnd);
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

    /** Makes the whole cluster one of zeroes where all around the range reads as zeroes; false where it does not. */
    private boolean zeroWholeInstead(long offset, long end) throws IOException {
        long begin = offset - geometry.offsetInUnit(offset);
        metadata.lock.lock();
        try {
            long cluster = geometry.clusterOf(offset);
            metadata.inFlight.await(cluster, cluster + 1);
            ClusterKind kind = L2Entry.kindOf(map.bits(offset));
            if (kind.isZero()) {
                return true;
            }
            if (kind != ClusterKind.UNALLOCATED || !isZero(begin, offset)
                    || !isZero(end, begin + inDisk(begin))) {
                return false;
            }
            changeLocked(begin, begin + geometry.unitSize(), Change.ZERO);
            return true;
        } finally {
            metadata.lock.unlock();
        }
    }

    private boolean isZero(long begin, long end) throws IOException {
        return begin >= end || data.readsAsZeroes(begin, end - begin);
    }

    private long inDisk(long begin) {
        return Math.min(geometry.unitSize(), metadata.headers.header().size() - begin);
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
        zeroRawData(clusterUp(offset), last, true);
        change(clusterUp(offset), last, Change.DISCARD);
    }

    /** Makes whole units read as zeroes, whatever they held; not a part of a compressed cluster. */
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

    private long clusterUp(long offset) {
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
        long disk = metadata.headers.header().size();
        for (long at = begin; at < end;) {
            long next = at - geometry.offsetInCluster(at) + geometry.clusterSize();
            long old = geometry.extendedL2() && change != Change.CROP ? map.entryBits(at) : map.rawBits(at);
            L2Bitmap oldMap = map.bitmap(at);
            boolean whole = geometry.offsetInCluster(at) == 0 && (next <= end || end >= disk);
            L2Bitmap changedMap = changedMap(old, oldMap, at, Math.min(end, next), whole, change);
            long changed = whole ? changed(old, change) : old;
            if (changed != old || !changedMap.equals(oldMap)) {
                slice = slice == null ? metadata.sliceForUpdate(at) : slice;
                set(slice, map.indexInSlice(at), changed & ~L2Entry.AT_ZERO, changedMap);
                if (!L2Entry.kindOf(changed).isAllocated() && isAligned(old)) {
                    metadata.letGo(old & ~L2Entry.AT_ZERO, PendingFrees.Reason.REQUEST);
                }
            }
            at = next;
        }
    }

    private void set(L2Slice slice, int index, long bits, L2Bitmap bitmap) {
        if (geometry.extendedL2()) {
            slice.setPair(index, bits, bitmap.bits());
        } else {
            slice.set(index, bits);
        }
    }

    /** The bitmap afterwards, of a range inside a cluster; of a compressed one only the whole has one. */
    private L2Bitmap changedMap(long entry, L2Bitmap old, long begin, long end, boolean whole, Change change) {
        if (change == Change.CROP) {
            return new L2Bitmap(0);
        }
        ClusterKind kind = L2Entry.kindOf(entry);
        if (!geometry.extendedL2() || kind == ClusterKind.COMPRESSED && !whole
                || change == Change.DISCARD && !kind.isAllocated() && !backing.isAttached()) {
            return old;
        }
        if (whole) {
            return new L2Bitmap(L2Bitmap.ZERO_MASK);
        }
        int first = geometry.subclusterOf(begin);
        return old.withZero(L2Bitmap.allocated(first, first + (int) (end - begin + geometry.unitSize() - 1
                >>> geometry.unitBits())));
    }

    /** The entry afterwards, of a whole cluster. */
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
        long zero = geometry.extendedL2() ? 0 : L2Entry.ZERO;
        return switch (change) {
            case CROP -> 0;
            case ZERO -> kind.hasHostCluster() ? old | zero : zero;
            case UNMAP -> zero;
            case DISCARD -> kind.isAllocated() || kind == ClusterKind.UNALLOCATED && backing.isAttached() ? zero : old;
        };
    }
}
