// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckReport;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;

/** The numbers of a report beside its findings. */
final class CheckSums {
    private static final int SECTOR = 512;

    private final Geometry geometry;
    private final long totalClusters;
    private long allocated;
    private long fragmented;
    private long compressed;
    private long imageEnd;

    CheckSums(Header header) {
        this.geometry = header.geometry();
        this.totalClusters = geometry.clustersFor(header.size() / SECTOR * SECTOR);
    }

    void take(ReferenceCounting counting) {
        allocated += counting.allocated();
        fragmented += counting.fragmented();
        compressed += counting.compressed();
    }

    /** The last cluster that is in use. */
    void highest(long cluster) {
        imageEnd = geometry.offsetOf(cluster + 1);
    }

    CheckReport report(Findings findings) {
        return new CheckReport(findings.corruptions() + findings.corruptionsFixed(),
                findings.leaks() + findings.leaksFixed(), findings.errors(), imageEnd, totalClusters, allocated,
                fragmented, compressed, findings.corruptionsFixed(), findings.leaksFixed(), false);
    }
}
