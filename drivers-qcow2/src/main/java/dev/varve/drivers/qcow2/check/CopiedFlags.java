// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Geometry;
import java.io.IOException;

/**
 * Compares the COPIED flag of the active tables with the refcount that the image states: the flag is set exactly where
 * that is 1 (QEMU's {@code check_oflag_copied}). Clusters whose refcount cannot be read are passed over; that is found
 * elsewhere.
 */
final class CopiedFlags {
    private final StoredRefcounts stored;
    private final Findings findings;
    private final Geometry geometry;

    CopiedFlags(StoredRefcounts stored, Findings findings, Geometry geometry) {
        this.stored = stored;
        this.findings = findings;
        this.geometry = geometry;
    }

    void checkL1Entry(long bits, long offset, long index) throws CheckStopped, IOException {
        long cluster = geometry.clusterOf(offset);
        if (stored.isReadable(cluster)) {
            long refcount = stored.at(cluster);
            if (disagrees(bits, refcount)) {
                findings.corruptionLater(1, FindingText.COPIED_L2_TABLE, index, bits, refcount);
            }
        }
    }

    void checkL2Entry(long bits, long offset, long times) throws CheckStopped, IOException {
        long cluster = geometry.clusterOf(offset);
        // In an external data file each cluster is its guest cluster's alone.
        if (geometry.dataFile() || stored.isReadable(cluster)) {
            long refcount = geometry.dataFile() ? 1 : stored.at(cluster);
            if (disagrees(bits, refcount)) {
                findings.corruptionLater(times, FindingText.COPIED_DATA, bits, refcount, 0);
            }
        }
    }

    /** Tells whether the image states 1 for all of many clusters; false where that takes a closer look. */
    boolean areOnes(long offset, int clusters) throws CheckStopped, IOException {
        return stored.areOnes(geometry.clusterOf(offset), clusters);
    }

    private static boolean disagrees(long bits, long refcount) {
        return (refcount == 1) != (bits < 0);
    }
}
