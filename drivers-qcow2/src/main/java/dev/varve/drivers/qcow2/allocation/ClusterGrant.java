// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.L2Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Host clusters for guest clusters that follow each other, from taking them to changing the mapping (QEMU's
 * {@code QCowL2Meta}). In between nobody else changes the mapping of these guest clusters.
 */
final class ClusterGrant {
    private final Metadata metadata;
    private final Geometry geometry;
    private final long first;
    private final ClusterAllocator.Run run;
    private final boolean reused;

    private ClusterGrant(Metadata metadata, long first, ClusterAllocator.Run run, boolean reused) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.first = first;
        this.run = run;
        this.reused = reused;
    }

    /**
     * Takes host clusters for the guest clusters from {@code first} on, for one of them at least. Waits for writes
     * that are doing the same. Null where the first cluster can be overwritten in place by now.
     */
    static @Nullable ClusterGrant take(Metadata metadata, long first, int most) throws IOException {
        metadata.lock.lock();
        try {
            metadata.poison.check();
            metadata.inFlight.await(first, first + 1);
            int clusters = (int) (metadata.inFlight.freeUntil(first, first + most) - first);
            long bits = metadata.map.bits(metadata.geometry.offsetOf(first));
            boolean alone = (bits & L2Entry.COPIED) != 0;
            if (alone && L2Entry.kindOf(bits) == ClusterKind.NORMAL) {
                return null;
            }
            boolean reused = alone && L2Entry.kindOf(bits) == ClusterKind.ZERO_ALLOCATED;
            ClusterGrant grant = reused ? reuse(metadata, first, clusters, bits)
                    : allocate(metadata, first, clusters);
            metadata.inFlight.begin(first, first + grant.run.clusters());
            return grant;
        } finally {
            metadata.lock.unlock();
        }
    }

    /** Zero clusters with host clusters of their own that follow each other: they are there already. */
    private static ClusterGrant reuse(Metadata metadata, long first, int most, long bits) throws IOException {
        Geometry geometry = metadata.geometry;
        int clusters = 1;
        long last = bits;
        while (clusters < most) {
            long next = metadata.map.bits(geometry.offsetOf(first + clusters));
            if (next != last + geometry.clusterSize()) {
                break;
            }
            last = next;
            clusters++;
        }
        long offset = bits & L2Entry.OFFSET_MASK;
        metadata.file.checkBegin("data cluster", offset, geometry.offsetOf(clusters));
        metadata.checkDataWrite(offset, geometry.offsetOf(clusters));
        return new ClusterGrant(metadata, first, new ClusterAllocator.Run(offset, clusters, false), true);
    }

    private static ClusterGrant allocate(Metadata metadata, long first, int most) throws IOException {
        Geometry geometry = metadata.geometry;
        int clusters = 1;
        while (clusters < most && needsCluster(metadata.map.bits(geometry.offsetOf(first + clusters)))) {
            clusters++;
        }
        long lastTable = geometry.l1Index(geometry.offsetOf(first + clusters - 1));
        for (long table = geometry.l1Index(geometry.offsetOf(first)); table <= lastTable; table++) {
            metadata.ownTable(table);
        }
        ClusterAllocator.Run run = metadata.allocator().allocate(clusters, "data cluster");
        return new ClusterGrant(metadata, first, run, false);
    }

    private static boolean needsCluster(long bits) {
        return switch (L2Entry.kindOf(bits)) {
            case UNALLOCATED, ZERO_PLAIN -> true;
            case NORMAL, ZERO_ALLOCATED -> (bits & L2Entry.COPIED) == 0;
            case COMPRESSED -> true;
        };
    }

    /** Where the guest clusters begin. */
    long offset() {
        return geometry.offsetOf(first);
    }

    /** Where they end. */
    long endOffset() {
        return geometry.offsetOf(first + run.clusters());
    }

    /** Where the host clusters begin. */
    long hostOffset() {
        return run.offset();
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
                linkOne(slices.get(slice), metadata.map.indexInSlice(guest), run.offset() + geometry.offsetOf(i));
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
        long lastSlice = metadata.map.sliceOf(endOffset() - 1);
        for (long number = metadata.map.sliceOf(offset()); number <= lastSlice; number++) {
            slices.add(metadata.map.cache().forUpdate(number));
        }
        return slices;
    }

    private void linkOne(L2Slice slice, int index, long hostOffset) {
        long old = slice.bits(index);
        slice.set(index, L2Entry.copied(hostOffset).bits());
        if (!reused) {
            metadata.letGo(old, PendingFrees.Reason.OTHER);
        }
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
            metadata.allocator().release(run.offset(), run.clusters());
        } catch (IOException e) {
            metadata.poison.set(e);
        }
    }
}
