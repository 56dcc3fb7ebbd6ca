// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One pass over all tables of an image that counts what each refers to (QEMU's {@code calculate_refcounts}).
 */
final class ReferenceCounting {
    private final Header header;
    private final Geometry geometry;
    private final ImageBytes bytes;
    private final Findings findings;
    private final MemoryBudget budget;
    private final References references;
    private final StoredRefcounts stored;
    private final long[] table;
    private boolean rebuild;
    private long allocated;
    private long fragmented;
    private long compressed;

    /** How a pass treats what it meets. */
    enum Mode {
        /** Nothing is changed; COPIED flags are compared with the refcounts that the image states. */
        CHECK,
        /** Nothing is changed, and COPIED flags are looked at later. */
        COUNT,
        /** Entries are mended; COPIED flags are looked at later. */
        MEND
    }

    ReferenceCounting(Header header, ImageBytes bytes, Findings findings, MemoryBudget budget)
            throws CheckStopped, IOException {
        this.header = header;
        this.geometry = header.geometry();
        this.bytes = bytes;
        this.findings = findings;
        this.budget = budget;
        long maximum = geometry.refcountWidth().max() & Long.MAX_VALUE;
        // One more: the cluster at the end of the file may be referred to before any of it is written.
        long clusters = geometry.clustersFor(bytes.size()) + 1;
        this.references = new References(new ReferenceCounts(clusters, maximum, budget), findings, bytes.size(),
                geometry);
        Tables tables = header.tables();
        this.table = RefcountTableCheck.load(bytes, tables.refcountTableOffset(),
                tables.refcountTableBytes(geometry));
        this.stored = new StoredRefcounts(bytes, table, geometry);
    }

    References references() {
        return references;
    }

    StoredRefcounts stored() {
        return stored;
    }

    /** Where an L2 table must not be written. */
    TablePlaces places() {
        return new TablePlaces(geometry, header.tables(), table);
    }

    /** Tells whether the refcount table cannot be used as it is. */
    boolean needsRebuild() {
        return rebuild;
    }

    long allocated() {
        return allocated;
    }

    long fragmented() {
        return fragmented;
    }

    long compressed() {
        return compressed;
    }

    /** Follows everything that the header leads to. */
    void run(SnapshotTableCheck snapshots, Mode mode) throws CheckStopped, IOException {
        Tables tables = header.tables();
        references.add(0, geometry.clusterSize(), 1);
        followMappings(snapshots, mode);
        if (snapshots.count() > 0) {
            references.add(tables.snapshotsOffset(), snapshots.tableBytes(), 1);
        }
        references.add(tables.refcountTableOffset(), tables.refcountTableBytes(geometry), 1);
        followExtensions();
        RefcountTableCheck check = new RefcountTableCheck(geometry, references, findings,
                mode == Mode.MEND ? bytes : null);
        check.check(table);
        rebuild = check.needsRebuild();
    }

    private void followMappings(SnapshotTableCheck snapshots, Mode mode) throws CheckStopped, IOException {
        @Nullable CopiedFlags copied = mode == Mode.CHECK ? new CopiedFlags(stored, findings, geometry) : null;
        L2TableCheck l2 = new L2TableCheck(bytes, geometry, references, copied, findings,
                mode == Mode.MEND ? places() : null);
        MappingCheck mapping = new MappingCheck(bytes, references, copied, findings, l2, budget);
        try {
            mapping.followL1Table(header.tables().l1Offset(), header.tables().l1Entries(), true, 1);
            for (Map.Entry<SnapshotTableCheck.L1Table, Long> each : snapshots.l1Tables().entrySet()) {
                if (snapshots.isUsable(each.getKey())) {
                    mapping.followL1Table(each.getKey().offset(), each.getKey().entries(), false, each.getValue());
                }
            }
            mapping.followL2Tables();
        } finally {
            allocated = l2.allocated();
            fragmented = l2.fragmented();
            compressed = l2.compressed();
        }
    }

    private void followExtensions() throws CheckStopped, IOException {
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
