// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RepairScope;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks an image that nobody else uses and mends it in place (QEMU's {@code qcow2_check_refcounts} with a fix mode).
 *
 * <p>Order: entries that lead nowhere are mended while references are counted; that is made durable before refcounts
 * are lowered to what was counted. A new refcount table is durable before the header names it. COPIED flags are set by
 * the refcounts that are in the file by then.
 */
public final class ImageRepair {
    private final HeaderStore headers;
    private final Geometry geometry;
    private final RepairScope scope;
    private final Findings findings;
    private final ImageBytes bytes;
    private final MemoryBudget budget = new MemoryBudget();
    private final CheckSums sums;
    private @Nullable SnapshotTableCheck snapshots;

    private ImageRepair(HeaderStore headers, BlockChild file, RepairScope scope, Findings findings)
            throws IOException {
        this.headers = headers;
        this.geometry = headers.header().geometry();
        this.scope = scope;
        this.findings = findings;
        this.bytes = new ImageBytes(file, budget);
        this.sums = new CheckSums(headers.header());
    }

    /** What is left to do when tables and refcounts are mended. */
    @FunctionalInterface
    public interface SnapshotTable {
        /**
         * Puts another snapshot table in the place of the present one.
         *
         * @param entries all of it
         * @param oldBytes how long the present one is in the file
         * @throws IOException if that failed; the old one is still there
         */
        void replace(List<SnapshotEntry> entries, long oldBytes) throws IOException;
    }

    /**
     * Mends an image.
     *
     * @param headers its header, which changes where structures move
     * @param file its storage
     * @param scope what may be mended
     * @param table writes a snapshot table that has to change
     * @param listener receives each finding as it is made
     * @return the sum
     * @throws IOException where the storage is closed; other failures are findings
     */
    public static CheckReport run(HeaderStore headers, BlockChild file, RepairScope scope, SnapshotTable table,
            Consumer<CheckFinding> listener) throws IOException {
        ImageRepair repair = new ImageRepair(headers, file, scope, new Findings(listener));
        try {
            repair.mend();
            repair.mendSnapshots(table);
        } catch (CheckStopped e) {
            repair.findings.stopped(e.finding());
            return repair.sums.report(repair.findings).asStopped();
        }
        return repair.sums.report(repair.findings);
    }

    private void mend() throws CheckStopped, IOException {
        RefcountCheck.refuseTooLarge(bytes, geometry);
        boolean all = scope == RepairScope.ALL;
        Tables tables = headers.header().tables();
        SnapshotTableCheck found = new SnapshotTableCheck(bytes, findings, geometry, all);
        found.read(tables.snapshotsOffset(), tables.snapshotCount());
        if (found.count() != tables.snapshotCount()) {
            headers.update(headers.header().withTables(tables.withSnapshots(tables.snapshotsOffset(),
                    found.count())));
        }
        snapshots = found;
        ReferenceCounting counting = count(all ? ReferenceCounting.Mode.MEND : ReferenceCounting.Mode.COUNT);
        bytes.flush();
        Findings.Counts before = findings.counts();
        long errors = findings.errors();
        RefcountComparison comparison = compare(counting);
        boolean rebuild = counting.needsRebuild() || comparison.needsRebuild();
        if (rebuild && !all) {
            throw new CheckStopped("ERROR need to rebuild refcount structures");
        }
        if (rebuild) {
            findings.resetErrors(errors);
            counting = rebuild(counting);
        } else {
            findings.reset(before);
            compared(counting).mend(scope);
            bytes.flush();
        }
        boolean clean = findings.errors() == 0 && findings.corruptions() == 0 && findings.leaks() == 0;
        new CopiedRepair(bytes, counting.stored(), findings, geometry, all || clean, counting.places())
                .run(headers.header().tables());
        bytes.flush();
    }

    private ReferenceCounting count(ReferenceCounting.Mode mode) throws CheckStopped, IOException {
        ReferenceCounting counting = new ReferenceCounting(headers.header(), bytes, findings, budget);
        try {
            counting.run(snapshotTable(), mode);
        } finally {
            sums.take(counting);
        }
        return counting;
    }

    private SnapshotTableCheck snapshotTable() {
        SnapshotTableCheck table = snapshots;
        if (table == null) {
            throw new IllegalStateException("the snapshot table has not been read");
        }
        return table;
    }

    private RefcountComparison compared(ReferenceCounting counting) {
        return new RefcountComparison(counting.stored(), counting.references(), findings, geometry);
    }

    private RefcountComparison compare(ReferenceCounting counting) throws CheckStopped, IOException {
        RefcountComparison comparison = compared(counting);
        sums.highest(comparison.run());
        return comparison;
    }

    /** Afterwards the old structures, and what else was a leak, are freed. */
    private ReferenceCounting rebuild(ReferenceCounting counting) throws CheckStopped, IOException {
        Findings.Counts old = findings.counts();
        findings.note("Rebuilding refcount structure");
        new RefcountRebuild(counting.references(), bytes, geometry).run(headers);
        findings.reset(Findings.Counts.NONE);
        bytes.flush();
        ReferenceCounting again = count(ReferenceCounting.Mode.COUNT);
        RefcountComparison comparison = compared(again);
        findings.mendQuietly(() -> {
            comparison.mend(RepairScope.LEAKS);
            sums.highest(comparison.highest());
        });
        if (comparison.needsRebuild()) {
            findings.note("ERROR rebuilt refcount structure is still broken");
        }
        findings.mendedSince(old);
        bytes.flush();
        return again;
    }

    private void mendSnapshots(SnapshotTable table) throws IOException {
        SnapshotTableCheck found = snapshotTable();
        if (found.wrong() == 0) {
            return;
        }
        try {
            table.replace(found.entries(), found.tableBytes());
            findings.mendedCorruptions(found.wrong());
        } catch (IOException e) {
            findings.stopped("ERROR failed to update snapshot table: " + e.getMessage());
        }
    }
}
