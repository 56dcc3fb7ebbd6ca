// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.RepairScope;
import dev.varve.drivers.qcow2.layout.Geometry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Compares the refcounts that the image states with the references that were found. */
final class RefcountComparison {
    private final StoredRefcounts stored;
    private final References references;
    private final Findings findings;
    private final int step;
    private long highest;
    private boolean rebuild;
    private @Nullable RepairScope scope;

    RefcountComparison(StoredRefcounts stored, References references, Findings findings,
            Geometry geometry) {
        this.stored = stored;
        this.references = references;
        this.findings = findings;
        this.step = Math.min(geometry.refcountBlockEntries(), references.counts().pageClusters());
    }

    /** The last cluster that was found to be in use. */
    long highest() {
        return highest;
    }

    /** Tells whether a cluster in use has no refcount: then the refcount structures cannot be trusted. */
    boolean needsRebuild() {
        return rebuild;
    }

    /** Compares once more and changes the refcounts that may be changed. */
    void mend(RepairScope what) throws CheckStopped, IOException {
        scope = what;
        run();
        stored.write();
    }

    /**
     * Compares all clusters of the file.
     *
     * @return the last cluster that is referred to or has a refcount, 0 where there is none
     */
    long run() throws CheckStopped, IOException {
        ReferenceCounts counts = references.counts();
        long clusters = references.clusters();
        for (long first = 0; first < clusters; first += step) {
            long end = Math.min(clusters, first + step);
            if (!stored.isReadable(first)) {
                reportUnreadable(first, end);
            } else if (!stored.isAbsent(first) || !counts.isPageEmpty(first)) {
                compare(first, end);
            }
        }
        return highest;
    }

    private void compare(long first, long end) throws CheckStopped, IOException {
        ReferenceCounts counts = references.counts();
        if (counts.areAll(first, end - first, 1) && stored.areOnes(first, end - first)) {
            highest = end - 1;
            return;
        }
        for (long cluster = first; cluster < end; cluster++) {
            long refcount = stored.at(cluster);
            long referred = counts.at(cluster);
            if (refcount != 0 || referred != 0) {
                highest = cluster;
                if (refcount != referred) {
                    report(cluster, refcount, referred);
                }
            }
        }
    }

    private void report(long cluster, long refcount, long referred) throws CheckStopped, IOException {
        rebuild |= refcount == 0;
        boolean leak = Long.compareUnsigned(refcount, referred) > 0;
        if (scope != null && (leak || scope == RepairScope.ALL && refcount != 0)) {
            findings.repairing(leak ? CheckFinding.Kind.LEAK : CheckFinding.Kind.CORRUPTION, FindingText.TOO_LOW,
                    cluster, refcount, referred);
            stored.change(cluster, referred);
            if (leak) {
                findings.mendedLeaks(1);
            } else {
                findings.mendedCorruptions(1);
            }
        } else if (Long.compareUnsigned(refcount, referred) < 0) {
            findings.corruption(1, FindingText.TOO_LOW, cluster, refcount, referred);
        } else {
            findings.leak(FindingText.LEAKED, cluster, refcount, referred);
        }
    }

    private void reportUnreadable(long first, long end) {
        for (long cluster = first; cluster < end; cluster++) {
            findings.error(FindingText.UNREADABLE, cluster);
        }
    }
}
