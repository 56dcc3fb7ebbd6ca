// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.RefcountTableEntry;
import dev.varve.drivers.qcow2.layout.Tables;

/** Keeps a repair from writing an L2 table where the image has other metadata. */
final class TablePlaces {
    private final Geometry geometry;
    private final Tables tables;
    private final long[] refcountTable;

    TablePlaces(Geometry geometry, Tables tables, long[] refcountTable) {
        this.geometry = geometry;
        this.tables = tables;
        this.refcountTable = refcountTable;
    }

    /** Before a cluster, or a part of it, is written as an L2 table. */
    void checkL2Table(long offset) throws CheckStopped {
        boolean taken = geometry.offsetInCluster(offset) != 0 || overlaps(offset, 0, geometry.clusterSize())
                || overlaps(offset, tables.l1Offset(), tables.l1Bytes())
                || overlaps(offset, tables.refcountTableOffset(), tables.refcountTableBytes(geometry))
                || tables.snapshotCount() > 0 && overlaps(offset, tables.snapshotsOffset(), 1);
        for (long word : refcountTable) {
            long block = word & RefcountTableEntry.OFFSET_MASK;
            taken |= block != 0 && overlaps(offset, block, geometry.clusterSize());
        }
        if (taken) {
            throw new CheckStopped("ERROR: Could not write L2 table; metadata overlap check failed: "
                    + "Input/output error");
        }
    }

    private boolean overlaps(long offset, long begin, long bytes) {
        return bytes > 0 && offset < begin + bytes && begin < offset + geometry.clusterSize();
    }
}
