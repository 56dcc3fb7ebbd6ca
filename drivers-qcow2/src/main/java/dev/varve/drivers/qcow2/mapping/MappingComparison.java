// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L1Entry;
import java.io.IOException;

/**
 * Compares two mappings of one image file: its present and a snapshot, or two snapshots. What both map to one place
 * reads the same, and an L2 table that both use is not looked into. Confined to one call.
 */
public final class MappingComparison {
    private final ClusterMap one;
    private final ClusterMap other;
    private final Geometry geometry;

    /**
     * A comparison.
     *
     * @param one a mapping
     * @param other another one of the same file
     * @param geometry of both
     */
    public MappingComparison(ClusterMap one, ClusterMap other, Geometry geometry) {
        this.one = one;
        this.other = other;
        this.geometry = geometry;
    }

    /** As {@link dev.varve.api.spi.OverlayNode#sameRun}. */
    public long run(long offset, long bytes) throws IOException {
        long end = offset + bytes;
        long at = offset;
        boolean same = true;
        while (at < end) {
            boolean shared = sharesTable(at);
            boolean equal = shared || isSameCluster(at);
            if (at == offset) {
                same = equal;
            } else if (equal != same) {
                break;
            }
            at = shared ? (geometry.l1Index(at) + 1) * geometry.l2Coverage()
                    : at - geometry.offsetInCluster(at) + geometry.clusterSize();
        }
        long run = Math.min(at, end) - offset;
        return same ? run : -run;
    }

    private boolean sharesTable(long at) throws IOException {
        return table(one, at) == table(other, at);
    }

    private long table(ClusterMap map, long at) throws IOException {
        long index = geometry.l1Index(at);
        return index >= map.l1().entries() ? 0 : map.l1().bits(index) & L1Entry.OFFSET_MASK;
    }

    private boolean isSameCluster(long at) throws IOException {
        return ((one.rawBits(at) ^ other.rawBits(at)) & ClusterMap.FOR_READ) == 0
                && one.bitmap(at).equals(other.bitmap(at));
    }
}
