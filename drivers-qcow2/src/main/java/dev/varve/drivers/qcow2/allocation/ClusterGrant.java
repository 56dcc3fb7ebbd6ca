// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Bitmap;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.L2Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Host clusters for guest clusters that follow each other, from taking them to changing the mapping (QEMU's
 * {@code QCowL2Meta}). In between nobody else changes the mapping of these guest clusters.
 *
 * <p>What is written is a range of whole units, subclusters or clusters: the new data, and around it what else must be
 * in the same units or, with extended L2 entries, was in host clusters that are let go of.
 */
final class ClusterGrant {
    private final Metadata metadata;
    private final Geometry geometry;
    private final long first;
    private final ClusterAllocator.Run run;
    private final boolean reused;
    private final long begin;
    private final long writeEnd;
    private final long end;

    private ClusterGrant(Metadata metadata, long first, ClusterAllocator.Run run, boolean reused, Bounds bounds) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.first = first;
        this.run = run;
        this.reused = reused;
        this.begin = bounds.begin;
        this.writeEnd = bounds.writeEnd;
        this.end = bounds.end;
    }

    /** Guest offsets: of what is written, of the end of the new data in it, and of its end. */
    private record Bounds(long begin, long writeEnd, long end) {}

    /**
     * Takes host clusters for a range of guest bytes or a beginning of it. Waits for writes that are doing the same.
     * Null where the first unit can be overwritten in place by now.
     */
    static @Nullable ClusterGrant take(Metadata metadata, long offset, long bytes) throws IOException {
        Geometry geometry = metadata.geometry;
        long first = geometry.clusterOf(offset);
        long end = geometry.clustersFor(offset + bytes);
        metadata.lock.lock();
        try {
            metadata.poison.check();
            metadata.inFlight.await(first, first + 1);
            int clusters = (int) (metadata.inFlight.freeUntil(first, end) - first);
            long unit = metadata.map.bits(offset);
            boolean alone = (unit & L2Entry.COPIED) != 0;
            if (alone && L2Entry.kindOf(unit) == ClusterKind.NORMAL
                    && !startsOwnZeroes(metadata, offset, bytes, unit)) {
                return null;
            }
            ClusterGrant grant;
            if (geometry.extendedL2() && isOwn(metadata.map.entryBits(offset))) {
                grant = fill(metadata, offset, bytes);
            } else if (alone && L2Entry.kindOf(unit).hasHostCluster()) {
                grant = reuse(metadata, offset, bytes, clusters);
            } else {
                grant = allocate(metadata, offset, bytes, clusters);
            }
            metadata.inFlight.begin(first, first + grant.run.clusters());
            return grant;
        } finally {
            metadata.lock.unlock();
        }
    }

    private static boolean isOwn(long entryBits) {
        return (entryBits & L2Entry.COPIED) != 0 && L2Entry.kindOf(entryBits).hasHostCluster();
    }

    /** Subclusters of a host cluster that is there already, up to the next one that holds data. */
    private static ClusterGrant fill(Metadata metadata, long offset, long bytes) throws IOException {
        Geometry geometry = metadata.geometry;
        long first = geometry.clusterOf(offset);
        long host = metadata.map.entryBits(offset) & L2Entry.OFFSET_MASK;
        long clusterEnd = Math.min(geometry.offsetOf(first + 1), offset + bytes);
        long writeEnd = geometry.unitUp(offset + 1);
        while (writeEnd < clusterEnd && L2Entry.kindOf(metadata.map.bits(writeEnd)) != ClusterKind.NORMAL) {
            writeEnd += geometry.unitSize();
        }
        writeEnd = Math.min(writeEnd, clusterEnd);
        metadata.checkOldData(host, geometry.clusterSize());
        return new ClusterGrant(metadata, first, new ClusterAllocator.Run(host, 1, false), true,
                new Bounds(offset - geometry.offsetInUnit(offset), writeEnd, geometry.unitUp(writeEnd)));
    }

    /**
     * Clusters of this image alone whose host clusters follow each other, zeroes among them: they are there already.
     * What holds data is taken only as a whole, since others may write to the rest of it meanwhile.
     */
    private static ClusterGrant reuse(Metadata metadata, long offset, long bytes, int most) throws IOException {
        Geometry geometry = metadata.geometry;
        long first = geometry.clusterOf(offset);
        long host = metadata.map.bits(offset) & L2Entry.OFFSET_MASK;
        int clusters = 1;
        while (clusters < most && follows(metadata, geometry.offsetOf(first + clusters), offset + bytes,
                host + geometry.offsetOf(clusters))) {
            clusters++;
        }
        metadata.checkOldData(host, geometry.offsetOf(clusters));
        return new ClusterGrant(metadata, first, new ClusterAllocator.Run(host, clusters, false), true,
                whole(geometry, offset, bytes, clusters));
    }

    private static boolean follows(Metadata metadata, long cluster, long end, long host) throws IOException {
        long bits = metadata.map.bits(cluster);
        return isOwn(bits) && (bits & L2Entry.OFFSET_MASK) == host && !metadata.geometry.extendedL2()
                && (L2Entry.kindOf(bits).isZero() || cluster + metadata.geometry.clusterSize() <= end);
    }

    /** Whether a range begins with whole clusters of data behind which zeroes lie that one write can reach too. */
    private static boolean startsOwnZeroes(Metadata metadata, long offset, long bytes, long bits) throws IOException {
        long run = metadata.map.run(offset, bits, bytes, ClusterMap.FOR_WRITE);
        return run < bytes && zeroesFollow(metadata, offset, bits, run);
    }

    /**
     * Whether zero clusters of this image alone follow a run of whole clusters of data, in the file too.
     *
     * @param bits of the unit at the offset
     * @param run how far the data goes on as it begins, less than what is written
     */
    static boolean zeroesFollow(Metadata metadata, long offset, long bits, long run) throws IOException {
        Geometry geometry = metadata.geometry;
        if (geometry.extendedL2() || geometry.dataFile() || geometry.offsetInCluster(offset) != 0
                || geometry.offsetInCluster(run) != 0) {
            return false;
        }
        long next = metadata.map.bits(offset + run);
        return isOwn(next) && L2Entry.kindOf(next).isZero()
                && (next & L2Entry.OFFSET_MASK) == (bits & L2Entry.OFFSET_MASK) + run;
    }

    private static Bounds whole(Geometry geometry, long offset, long bytes, int clusters) {
        long end = geometry.offsetOf(geometry.clusterOf(offset) + clusters);
        return new Bounds(offset - geometry.offsetInCluster(offset), Math.min(offset + bytes, end), end);
    }

    private static ClusterGrant allocate(Metadata metadata, long offset, long bytes, int most) throws IOException {
        Geometry geometry = metadata.geometry;
        long first = geometry.clusterOf(offset);
        int clusters = 1;
        while (clusters < most && !isOwn(metadata.map.entryBits(geometry.offsetOf(first + clusters)))) {
            clusters++;
        }
        long lastTable = geometry.l1Index(geometry.offsetOf(first + clusters - 1));
        for (long table = geometry.l1Index(offset); table <= lastTable; table++) {
            metadata.ownTable(table);
        }
        ClusterAllocator.Run run = metadata.allocateData(first, clusters);
        try {
            return new ClusterGrant(metadata, first, run, false, geometry.extendedL2()
                    ? subclusters(metadata, offset, bytes, run.clusters())
                    : whole(geometry, offset, bytes, run.clusters()));
        } catch (IOException e) {
            metadata.releaseData(run);
            throw e;
        }
    }

    /** With what the old host clusters of the first and the last cluster hold, as these are let go of. */
    private static Bounds subclusters(Metadata metadata, long offset, long bytes, int clusters) throws IOException {
        Geometry geometry = metadata.geometry;
        Bounds all = whole(geometry, offset, bytes, clusters);
        long begin = offset - geometry.offsetInUnit(offset);
        long end = geometry.unitUp(all.writeEnd);
        long held = held(metadata, offset);
        if (held != 0) {
            begin = Math.min(begin, all.begin + ((long) Long.numberOfTrailingZeros(held) << geometry.unitBits()));
        }
        long last = all.end - geometry.clusterSize();
        held = held(metadata, last);
        if (held != 0) {
            int behind = Long.SIZE - Long.numberOfLeadingZeros(held);
            end = Math.max(end, last + ((long) behind << geometry.unitBits()));
        }
        return new Bounds(begin, all.writeEnd, end);
    }

    /** The subclusters whose content is in the file, as in {@link L2Bitmap#ALLOCATED_MASK}. */
    private static long held(Metadata metadata, long guestOffset) throws IOException {
        boolean compressed = L2Entry.kindOf(metadata.map.entryBits(guestOffset)) == ClusterKind.COMPRESSED;
        return compressed ? L2Bitmap.ALLOCATED_MASK
                : metadata.map.bitmap(guestOffset).bits() & L2Bitmap.ALLOCATED_MASK;
    }

    /** Where what is written begins. */
    long begin() {
        return begin;
    }

    /** Where the new data ends. */
    long writeEnd() {
        return writeEnd;
    }

    /** Where what is written ends. */
    long end() {
        return end;
    }

    /** The place of a guest offset. */
    long hostOffset(long guestOffset) {
        return run.offset() + guestOffset - geometry.offsetOf(first);
    }

    /** Tells whether the host clusters are known to read as zeroes. */
    boolean isFresh() {
        return run.fresh();
    }

    /** The data is written: changes the mapping. */
    void link() throws IOException {
        metadata.lock.lock();
        try {
            metadata.poison.check();
            metadata.markLazy();
            // All slices first: a table that cannot be read leaves the mapping as it was.
            List<L2Slice> slices = slices();
            int slice = 0;
            for (int i = 0; i < run.clusters(); i++) {
                long guest = geometry.offsetOf(first + i);
                if (metadata.map.sliceOf(guest) != slices.get(slice).number()) {
                    slice++;
                }
                linkOne(slices.get(slice), guest, run.offset() + geometry.offsetOf(i));
            }
        } catch (IOException e) {
            takeBack();
            throw e;
        } finally {
            metadata.inFlight.finish(first);
            metadata.lock.unlock();
        }
        metadata.limitDirty();
    }

    private List<L2Slice> slices() throws IOException {
        List<L2Slice> slices = new ArrayList<>();
        long lastSlice = metadata.map.sliceOf(geometry.offsetOf(first + run.clusters()) - 1);
        for (long number = metadata.map.sliceOf(geometry.offsetOf(first)); number <= lastSlice; number++) {
            slices.add(metadata.map.cache().forUpdate(number));
        }
        return slices;
    }

    private void linkOne(L2Slice slice, long guest, long hostOffset) throws IOException {
        int index = metadata.map.indexInSlice(guest);
        long changed = L2Entry.copied(hostOffset).bits();
        long old;
        if (geometry.extendedL2()) {
            old = slice.bits(2 * index);
            boolean packed = (old & L2Entry.COMPRESSED) != 0;
            L2Bitmap bitmap = new L2Bitmap(packed ? 0 : slice.bits(2 * index + 1));
            slice.setPair(index, changed, bitmap.withAllocated(writtenIn(guest)).bits());
        } else {
            old = slice.bits(index);
            slice.set(index, changed);
        }
        if (!reused) {
            metadata.letGo(old, PendingFrees.Reason.OTHER);
        }
    }

    /** The subclusters of a cluster that are written. */
    private long writtenIn(long guest) {
        long from = Math.max(begin, guest) - guest;
        long to = Math.min(end, guest + geometry.clusterSize()) - guest;
        return L2Bitmap.allocated((int) (from >>> geometry.unitBits()), (int) (to >>> geometry.unitBits()));
    }

    /** The data could not be written: the mapping stays. */
    void giveUp() {
        metadata.lock.lock();
        try {
            takeBack();
        } finally {
            metadata.inFlight.finish(first);
            metadata.lock.unlock();
        }
    }

    private void takeBack() {
        if (reused || metadata.poison.isPoisoned()) {
            return;
        }
        try {
            metadata.releaseData(run);
        } catch (IOException e) {
            metadata.poison.set(e);
        }
    }
}
