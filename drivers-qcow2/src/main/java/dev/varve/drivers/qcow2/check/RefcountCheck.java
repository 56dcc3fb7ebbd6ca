// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.util.Map;
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
    private static final int SECTOR = 512;

    private final Header header;
    private final Geometry geometry;
    private final ImageBytes bytes;
    private final Findings findings;
    private final MemoryBudget budget;
    private long allocated;
    private long fragmented;
    private long compressed;
    private long imageEnd;

    private RefcountCheck(Header header, BlockChild file, Consumer<CheckFinding> listener) throws IOException {
        this.header = header;
        this.geometry = header.geometry();
        this.findings = new Findings(listener);
        this.budget = new MemoryBudget();
        this.bytes = new ImageBytes(file, budget);
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
        }
        return new CheckReport(findings.corruptions(), findings.leaks(), findings.errors(), imageEnd,
                geometry.clustersFor(header.size() / SECTOR * SECTOR), allocated, fragmented, compressed);
    }

    private void check() throws CheckStopped, IOException {
        long clusters = geometry.clustersFor(bytes.size());
        if (clusters > Integer.MAX_VALUE) {
            throw new CheckStopped("ERROR: the image has " + clusters + " clusters, allowed are " + Integer.MAX_VALUE);
        }
        Tables tables = header.tables();
        SnapshotTableCheck snapshots = new SnapshotTableCheck(bytes, findings, geometry);
        snapshots.read(tables.snapshotsOffset(), tables.snapshotCount());
        long maximum = geometry.refcountWidth().max() & Long.MAX_VALUE;
        // One more: the cluster at the end of the file may be referred to before any of it is written.
        ReferenceCounts counts = new ReferenceCounts(clusters + 1, maximum, budget);
        References references = new References(counts, findings, bytes.size(), geometry);
        long tableBytes = tables.refcountTableBytes(geometry);
        long[] table = RefcountTableCheck.load(bytes, tables.refcountTableOffset(), tableBytes);
        StoredRefcounts stored = new StoredRefcounts(bytes, table, geometry);

        references.add(0, geometry.clusterSize(), 1);
        followMappings(references, stored, snapshots);
        if (tables.snapshotCount() > 0) {
            references.add(tables.snapshotsOffset(), snapshots.tableBytes(), 1);
        }
        references.add(tables.refcountTableOffset(), tableBytes, 1);
        followExtensions(references);
        new RefcountTableCheck(geometry, references, findings).check(table);
        long highest = new RefcountComparison(stored, references, findings, geometry).run();
        imageEnd = geometry.offsetOf(highest + 1);
    }

    private void followMappings(References references, StoredRefcounts stored, SnapshotTableCheck snapshots)
            throws CheckStopped, IOException {
        CopiedFlags copied = new CopiedFlags(stored, findings, geometry);
        L2TableCheck l2 = new L2TableCheck(bytes, geometry, references, copied, findings);
        MappingCheck mapping = new MappingCheck(bytes, references, copied, findings, l2, budget);
        try {
            mapping.followL1Table(header.tables().l1Offset(), header.tables().l1Entries(), true, 1);
            for (Map.Entry<SnapshotTableCheck.L1Table, Long> table : snapshots.l1Tables().entrySet()) {
                mapping.followL1Table(table.getKey().offset(), table.getKey().entries(), false, table.getValue());
            }
            mapping.followL2Tables();
        } finally {
            allocated = l2.allocated();
            fragmented = l2.fragmented();
            compressed = l2.compressed();
        }
    }

    private void followExtensions(References references) throws CheckStopped, IOException {
        for (HeaderExtension extension : header.extensions()) {
            if (extension instanceof HeaderExtension.EncryptionHeader encryption) {
                references.add(encryption.offset(), encryption.bytes(), 1);
            } else if (extension instanceof HeaderExtension.Bitmaps bitmaps
                    && (header.features().autoclear() & Features.BITMAPS) != 0) {
                new BitmapDirectoryCheck(bytes, geometry,
                        (offset, length) -> references.add(offset, length, 1), findings)
                        .follow(bitmaps, header.size());
            }
        }
    }
}
