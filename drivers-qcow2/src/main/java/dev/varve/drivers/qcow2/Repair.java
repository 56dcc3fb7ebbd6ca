// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RepairScope;
import dev.varve.api.spi.RequestGate;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.allocation.Metadata;
import dev.varve.drivers.qcow2.allocation.OverlapSettings;
import dev.varve.drivers.qcow2.allocation.StoredSnapshots;
import dev.varve.drivers.qcow2.allocation.WriteSettings;
import dev.varve.drivers.qcow2.check.ImageRepair;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Mends an image that nothing has in memory at that moment (QEMU's {@code qcow2_co_check_locked}). */
final class Repair {
    private static final int SLICE_BYTES = 512;
    private static final long CACHE_BYTES = 1 << 20;

    private Repair() {
    }

    /** Mends what is wrong, and takes the marks off an image that is whole then. */
    static CheckReport run(HostFile file, HeaderStore headers, RepairScope scope, Consumer<CheckFinding> listener)
            throws IOException {
        CheckReport report = ImageRepair.run(headers, file.child(), scope,
                (entries, oldBytes) -> replaceSnapshotTable(file, headers, entries, oldBytes), listener);
        Header header = headers.header();
        long marks = Features.DIRTY | Features.CORRUPT;
        boolean whole = report.checkErrors() == 0 && report.corruptions() == report.corruptionsFixed();
        if (whole && header.features().hasIncompatible(marks)) {
            headers.takeOff(marks);
        }
        return report;
    }

    private static void replaceSnapshotTable(HostFile file, HeaderStore headers, List<SnapshotEntry> entries,
            long oldBytes) throws IOException {
        Header header = headers.header();
        ClusterMap map = new ClusterMap(file, header.geometry(), new L1Table(file, header.geometry(), header.tables()),
                SLICE_BYTES, CACHE_BYTES);
        WriteSettings settings = new WriteSettings(CACHE_BYTES, OverlapSettings.CONSTANT, false, false, false,
                false);
        Metadata metadata = new Metadata(file, file, headers, map, new RequestGate(), settings);
        StoredSnapshots.replace(metadata, entries, oldBytes);
        metadata.close();
    }
}
