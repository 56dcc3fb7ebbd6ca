// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Geometry;

/** Counts references to ranges of the file (QEMU's {@code qcow2_inc_refcounts_imrt}). */
final class References {
    private final ReferenceCounts counts;
    private final Findings findings;
    private long fileBytes;
    private final Geometry geometry;
    private long clusters;

    References(ReferenceCounts counts, Findings findings, long fileBytes, Geometry geometry) {
        this.counts = counts;
        this.findings = findings;
        this.fileBytes = fileBytes;
        this.geometry = geometry;
        this.clusters = geometry.clustersFor(fileBytes);
    }

    /** The clusters of the file and the one behind its end where that is referred to. */
    long clusters() {
        return clusters;
    }

    /** Counts references to whole clusters that follow each other; false, with nothing done, beyond the storage. */
    boolean addRun(long offset, int run, long times) throws CheckStopped {
        long first = geometry.clusterOf(offset);
        return first + run <= geometry.clustersFor(fileBytes) && counts.addRun(first, run, times);
    }

    /** The storage has become longer. */
    void grow(long bytes) throws CheckStopped {
        fileBytes = bytes;
        clusters = Math.max(clusters, geometry.clustersFor(bytes));
        counts.grow(clusters + 1);
    }

    /**
     * Takes the first clusters that follow each other and that nothing refers to; behind the end all are free.
     *
     * @param from where to begin
     * @param wanted how many
     * @return the first of them
     */
    long allocate(long from, int wanted) throws CheckStopped {
        long at = from;
        int free = 0;
        while (at < clusters && free < wanted) {
            free = counts.at(at) == 0 ? free + 1 : 0;
            at++;
        }
        long first = at - free;
        clusters = Math.max(clusters, first + wanted);
        counts.grow(clusters + 1);
        for (int i = 0; i < wanted; i++) {
            counts.add(first + i, 1);
        }
        return first;
    }

    ReferenceCounts counts() {
        return counts;
    }

    /**
     * Counts references to each cluster that a range touches.
     *
     * @param offset where it begins, unsigned
     * @param bytes its length; less than 1 counts nothing
     * @param times how many references, at least 1
     */
    void add(long offset, long bytes, long times) throws CheckStopped {
        if (bytes <= 0) {
            return;
        }
        if (offset < 0 || offset > fileBytes - bytes + geometry.clusterSize() - 1) {
            findings.corruption(times, FindingText.BEYOND_END, offset, bytes, 0);
            return;
        }
        long last = geometry.clusterOf(offset + bytes - 1);
        for (long cluster = geometry.clusterOf(offset); cluster <= last; cluster++) {
            long beyond = counts.add(cluster, times);
            if (beyond > 0) {
                findings.corruption(beyond, FindingText.OVERFLOW, geometry.offsetOf(cluster), 0, 0);
            }
        }
        clusters = Math.max(clusters, last + 1);
    }
}
