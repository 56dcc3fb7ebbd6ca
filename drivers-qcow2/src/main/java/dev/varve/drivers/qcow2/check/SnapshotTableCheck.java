// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the snapshot table (QEMU's {@code qcow2_check_read_snapshot_table}) and finds the snapshots' L1 tables. */
final class SnapshotTableCheck {
    private static final int MAX_ENTRY_BYTES = SnapshotEntry.MIN_BYTES + SnapshotEntry.MAX_EXTRA_BYTES + 2 * 0xffff;
    private static final long MAX_TABLE_BYTES = 64L << 20;

    private final TableWindow window;
    private final Findings findings;
    private final Geometry geometry;
    private final Map<L1Table, Long> l1Tables = new LinkedHashMap<>();
    private long tableBytes;

    SnapshotTableCheck(ImageBytes bytes, Findings findings, Geometry geometry) {
        this.window = new TableWindow(bytes, "qcow2_check_read_snapshot_table");
        this.findings = findings;
        this.geometry = geometry;
    }

    /**
     * An L1 table of a snapshot.
     *
     * @param offset where it begins, a multiple of the cluster size, unsigned
     * @param entries its length
     */
    record L1Table(long offset, int entries) {}

    /** The snapshots' L1 tables, and how many snapshots have each. */
    Map<L1Table, Long> l1Tables() {
        return l1Tables;
    }

    /** The length of the snapshot table in bytes. */
    long tableBytes() {
        return tableBytes;
    }

    /**
     * Reads the table.
     *
     * @param offset where it begins
     * @param snapshots how many entries it has
     */
    void read(long offset, int snapshots) throws CheckStopped, IOException {
        for (int i = 0; i < snapshots; i++) {
            // Entries begin at multiples of 8, but the table ends with the last entry's name.
            tableBytes = (tableBytes + 7) & ~7L;
            SnapshotEntry entry = parse(offset, i);
            tableBytes += SnapshotEntry.MIN_BYTES + entry.extra().remaining() + entry.id().length()
                    + entry.name().length();
            if (tableBytes > MAX_TABLE_BYTES) {
                throw unreadable("it has more than " + MAX_TABLE_BYTES + " bytes");
            }
            checkEntry(entry, i);
        }
    }

    /** Makes sure that a snapshot table can be read, whatever it says. */
    static void verify(ImageBytes bytes, Tables tables, Geometry geometry) throws CheckStopped, IOException {
        new SnapshotTableCheck(bytes, new Findings(finding -> { }), geometry).read(tables.snapshotsOffset(),
                tables.snapshotCount());
    }

    private SnapshotEntry parse(long offset, int index) throws CheckStopped, IOException {
        try {
            return SnapshotEntry.parse(window.at(offset + tableBytes, MAX_ENTRY_BYTES));
        } catch (BlockException e) {
            throw unreadable("entry " + index + ": " + e.problem());
        }
    }

    private static CheckStopped unreadable(String problem) {
        return new CheckStopped("ERROR failed to read the snapshot table: " + problem);
    }

    private void checkEntry(SnapshotEntry entry, int index) {
        if (geometry.version() >= 3 && entry.diskSize().isEmpty()) {
            findings.corruption(1, FindingText.INCOMPLETE_SNAPSHOT, index, 0, 0);
        }
        if (geometry.offsetInCluster(entry.l1Offset()) != 0) {
            findings.corruption(describe(entry) + " l1_offset=0x" + Long.toHexString(entry.l1Offset())
                    + ": L1 table is not cluster aligned; snapshot table entry corrupted");
        } else if (Integer.compareUnsigned(entry.l1Entries(), Tables.MAX_L1_ENTRIES) > 0) {
            findings.corruption(describe(entry) + " l1_size=0x" + Integer.toHexString(entry.l1Entries())
                    + ": L1 table is too large; snapshot table entry corrupted");
        } else {
            l1Tables.merge(new L1Table(entry.l1Offset(), entry.l1Entries()), 1L, Long::sum);
        }
    }

    private static String describe(SnapshotEntry entry) {
        String text = "ERROR snapshot " + entry.id() + " (" + entry.name() + ")";
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
