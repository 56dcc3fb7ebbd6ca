// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;

/**
 * Takes references away: what an entry of the mapping referred to waits in {@link PendingFrees}, and what has waited
 * long enough goes back to the allocator, the storage being told where the options ask for it. Under the metadata lock.
 */
final class Releases {
    private final HostFile file;
    private final HostFile data;
    private final Geometry geometry;
    private final HeaderStore headers;
    private final PendingFrees frees;
    private final ClusterAllocator allocator;
    private final WriteSettings settings;

    Releases(HostFile file, HostFile data, HeaderStore headers, PendingFrees frees, ClusterAllocator allocator,
            WriteSettings settings) {
        this.file = file;
        this.data = data;
        this.headers = headers;
        this.geometry = headers.header().geometry();
        this.frees = frees;
        this.allocator = allocator;
        this.settings = settings;
    }

    /** What an L2 entry referred to loses the reference. */
    void letGo(long bits, PendingFrees.Reason reason) {
        L2Entry entry = new L2Entry(bits);
        if (geometry.dataFile()) {
            if (L2Entry.kindOf(L2Entry.inMemory(bits, geometry)).hasHostCluster() && isTold(reason)
                    && !headers.isDataRaw()) {
                // Nothing there is counted, and whatever is written there next comes after this. What a raw data file
                // holds was made zeroes and is read without the metadata: a discard may leave anything there.
                discard(data, entry.hostOffset(), entry.hostOffset() + geometry.clusterSize());
            }
        } else if (entry.kind() == ClusterKind.COMPRESSED) {
            long begin = entry.compressedOffset(geometry);
            long end = begin + entry.compressedBytes(geometry);
            long first = begin - geometry.offsetInCluster(begin);
            frees.add(first, geometry.offsetOf(geometry.clustersFor(end)) - first, reason);
        } else if (entry.hostOffset() != 0) {
            frees.add(entry.hostOffset(), geometry.clusterSize(), reason);
        }
    }

    /** Lowers the refcounts of a range that nothing durable refers to and no request can still use. */
    void apply(PendingFrees.Free free) throws IOException {
        boolean tell = isTold(free.reason());
        long begin = free.offset();
        long end = free.offset() + free.bytes();
        for (long at = begin; at < end; at += geometry.clusterSize()) {
            if (!allocator.releaseOne(geometry.clusterOf(at))) {
                discardFreed(tell, begin, at);
                begin = at + geometry.clusterSize();
            }
        }
        discardFreed(tell, begin, end);
    }

    private boolean isTold(PendingFrees.Reason reason) {
        return switch (reason) {
            case REQUEST -> settings.discardRequest();
            case SNAPSHOT -> settings.discardSnapshot();
            case OTHER -> settings.discardOther();
        };
    }

    /** Before the lock goes: afterwards the clusters may be in use again. */
    private void discardFreed(boolean tell, long begin, long end) {
        if (tell && begin < end) {
            discard(file, begin, end);
        }
    }

    private static void discard(HostFile from, long begin, long end) {
        try {
            long inFile = Math.min(end, from.size()) - begin;
            if (inFile > 0) {
                from.child().discard(begin, inFile);
            }
        } catch (IOException e) {
            // A hint: the clusters are free all the same.
            return;
        }
    }
}
