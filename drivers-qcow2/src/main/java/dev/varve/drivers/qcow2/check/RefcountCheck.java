// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks an image's metadata without changing it: counts what every table refers to, compares that with the stored
 * refcounts, and these with the COPIED flags (QEMU's {@code qcow2_check_refcounts}). Numbers are those of
 * {@code qemu-img check}, and texts where it has words for a finding.
 *
 * <p>Reads each table once, whatever the number of snapshots; keeps little more than a byte for each cluster in use,
 * and never more than a few times what was read.
 */
public final class RefcountCheck {
    private final Header header;
    private final Findings findings;
    private final MemoryBudget budget;
    private final ImageBytes bytes;
    private final CheckSums sums;

    private RefcountCheck(Header header, BlockChild file, Consumer<CheckFinding> listener) throws IOException {
        this.header = header;
        this.findings = new Findings(listener);
        this.budget = new MemoryBudget();
        this.bytes = new ImageBytes(file, budget);
        this.sums = new CheckSums(header);
    }

    /**
     * Checks an image that nobody writes to meanwhile.
     *
     * @param header its header
     * @param file its storage
     * @param listener receives each finding as it is made, the first {@value Findings#LISTED} of them
     * @return the sum; where {@code checkErrors} is not 0, a part of the image was not checked
     * @throws IOException of kind CLOSED where the storage was closed meanwhile; other failures of the storage are
     *         findings
     */
    public static CheckReport run(Header header, BlockChild file, Consumer<CheckFinding> listener)
            throws IOException {
        return new RefcountCheck(header, file, listener).run();
    }

    private CheckReport run() throws IOException {
        @Nullable CheckStopped stop = null;
        try {
            check();
        } catch (CheckStopped e) {
            stop = e;
        }
        findings.finish();
        if (stop != null) {
            findings.stopped(stop.finding());
            return sums.report(findings).asStopped();
        }
        return sums.report(findings);
    }

    static void refuseTooLarge(ImageBytes bytes, Geometry geometry) throws CheckStopped {
        long clusters = geometry.clustersFor(bytes.size());
        if (clusters > Integer.MAX_VALUE) {
            throw new CheckStopped("ERROR: the image has " + clusters + " clusters, allowed are " + Integer.MAX_VALUE);
        }
    }

    private void check() throws CheckStopped, IOException {
        Geometry geometry = header.geometry();
        refuseTooLarge(bytes, geometry);
        SnapshotTableCheck snapshots = new SnapshotTableCheck(bytes, findings, geometry, false);
        snapshots.read(header.tables().snapshotsOffset(), header.tables().snapshotCount());
        ReferenceCounting counting = new ReferenceCounting(header, bytes, findings, budget);
        try {
            counting.run(snapshots, ReferenceCounting.Mode.CHECK);
        } finally {
            sums.take(counting);
        }
        sums.highest(new RefcountComparison(counting.stored(), counting.references(), findings, geometry).run());
    }
}
