// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the snapshot table (QEMU's {@code qcow2_check_read_snapshot_table}) and finds the snapshots' L1 tables. */
final class SnapshotTableCheck {
    private static final long MAX_TABLE_BYTES = 64L << 20;
    private static final int ID_SIZE_FIELD = 12;
    private static final int NAME_SIZE_FIELD = 14;
    private static final int EXTRA_SIZE_FIELD = 36;
    private static final String FORCE = " with qemu-img check -r all";

    private final TableWindow window;
    private final Findings findings;
    private final Geometry geometry;
    private final Map<L1Table, Long> l1Tables = new LinkedHashMap<>();
    /** What snapshots are called whose L1 tables cannot be followed. */
    private final Map<L1Table, String> names = new HashMap<>();
    private final List<SnapshotEntry> entries = new ArrayList<>();
    /** Whether what can be mended is left out or made good in {@link #entries}. */
    private final boolean mend;
    private long tableBytes;
    private int count;
    private long wrong;

    SnapshotTableCheck(ImageBytes bytes, Findings findings, Geometry geometry, boolean mend) {
        this.window = new TableWindow(bytes, "qcow2_check_read_snapshot_table");
        this.findings = findings;
        this.geometry = geometry;
        this.mend = mend;
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

    /** The length of the snapshot table in bytes, as the file has it. */
    long tableBytes() {
        return tableBytes;
    }

    /** How many snapshots are left. */
    int count() {
        return count;
    }

    /** How many corruptions another table of {@link #entries} would mend. */
    long wrong() {
        return wrong;
    }

    /** The entries that are left, where they are to be mended. */
    List<SnapshotEntry> entries() {
        return entries;
    }

    /**
     * Reads the table.
     *
     * @param offset where it begins
     * @param snapshots how many entries it has, unsigned
     */
    void read(long offset, int snapshots) throws CheckStopped, IOException {
        count = snapshots;
        if (Integer.compareUnsigned(snapshots, Tables.MAX_SNAPSHOTS) > 0) {
            String beyond = Integer.toUnsignedString(snapshots - Tables.MAX_SNAPSHOTS);
            if (!mend) {
                throw new CheckStopped("ERROR snapshot table too large\nYou can force-remove all " + beyond
                        + " overhanging snapshots" + FORCE);
            }
            findings.note("Discarding " + beyond + " overhanging snapshots");
            wrong += Integer.toUnsignedLong(snapshots) - Tables.MAX_SNAPSHOTS;
            count = Tables.MAX_SNAPSHOTS;
        }
        long mendedBytes = 0;
        for (int i = 0; i < count; i++) {
            // Entries begin at multiples of 8, but the table ends with the last entry's name.
            long begin = padded(tableBytes);
            long extra = sizeOfExtra(offset + begin);
            SnapshotEntry entry = parse(offset + begin, extra, i);
            int kept = entry.extra().remaining();
            long bytes = entry.encodedBytes() - (padded(texts(entry) + kept) - texts(entry) - kept);
            mendedBytes = padded(mendedBytes) + bytes;
            if (mendedBytes > MAX_TABLE_BYTES) {
                discardFrom(i);
                break;
            }
            tableBytes = begin + bytes - kept + extra;
            checkEntry(entry, i);
        }
    }

    private static long padded(long bytes) {
        return bytes + 7 & ~7L;
    }

    private static int texts(SnapshotEntry entry) {
        return SnapshotEntry.MIN_BYTES + entry.id().length() + entry.name().length();
    }

    private void discardFrom(int index) throws CheckStopped {
        int beyond = count - index;
        if (!mend) {
            throw unreadable("Snapshot table is too big\nYou can force-remove all " + beyond
                    + " overhanging snapshots" + FORCE);
        }
        findings.note("Discarding " + beyond + " overhanging snapshots (snapshot table is too big)");
        wrong += beyond;
        count = index;
    }

    /** Makes sure that a snapshot table can be read, whatever it says. */
    static void verify(ImageBytes bytes, Tables tables, Geometry geometry) throws CheckStopped, IOException {
        new SnapshotTableCheck(bytes, new Findings(finding -> { }), geometry, false).read(tables.snapshotsOffset(),
                tables.snapshotCount());
    }

    private long sizeOfExtra(long offset) throws CheckStopped, IOException {
        ByteBuffer fixed = window.at(offset, SnapshotEntry.MIN_BYTES);
        return Integer.toUnsignedLong(fixed.getInt(fixed.position() + EXTRA_SIZE_FIELD));
    }

    private SnapshotEntry parse(long offset, long extra, int index) throws CheckStopped, IOException {
        int kept = (int) extra;
        if (extra > SnapshotEntry.MAX_EXTRA_BYTES) {
            if (!mend) {
                throw unreadable("Too much extra metadata in snapshot table entry " + index
                        + "\nYou can force-remove this extra metadata" + FORCE);
            }
            findings.note("Discarding too much extra metadata in snapshot table entry " + index + " (" + extra + " > "
                    + SnapshotEntry.MAX_EXTRA_BYTES + ")");
            wrong++;
            kept = SnapshotEntry.MAX_EXTRA_BYTES;
        }
        ByteBuffer fixed = window.at(offset, SnapshotEntry.MIN_BYTES);
        int texts = Short.toUnsignedInt(fixed.getShort(fixed.position() + ID_SIZE_FIELD))
                + Short.toUnsignedInt(fixed.getShort(fixed.position() + NAME_SIZE_FIELD));
        ByteBuffer entry = ByteBuffer.allocate(SnapshotEntry.MIN_BYTES + kept + texts);
        copy(offset, SnapshotEntry.MIN_BYTES + kept, entry);
        copy(offset + SnapshotEntry.MIN_BYTES + extra, texts, entry);
        entry.putInt(EXTRA_SIZE_FIELD, kept);
        try {
            return SnapshotEntry.parse(entry.flip());
        } catch (BlockException e) {
            throw unreadable("entry " + index + ": " + e.problem());
        }
    }

    private void copy(long offset, int bytes, ByteBuffer target) throws CheckStopped, IOException {
        ByteBuffer there = window.at(offset, bytes);
        target.put(there.slice(there.position(), bytes));
    }

    private static CheckStopped unreadable(String problem) {
        return new CheckStopped("ERROR failed to read the snapshot table: " + problem);
    }

    private void checkEntry(SnapshotEntry entry, int index) {
        if (mend) {
            entries.add(entry);
        }
        if (geometry.version() >= 3 && entry.diskSize().isEmpty()) {
            if (mend) {
                findings.repairing(CheckFinding.Kind.CORRUPTION, FindingText.INCOMPLETE_SNAPSHOT, index, 0, 0);
                wrong++;
            } else {
                findings.corruption(1, FindingText.INCOMPLETE_SNAPSHOT, index, 0, 0);
            }
        }
        L1Table table = new L1Table(entry.l1Offset(), entry.l1Entries());
        l1Tables.merge(table, 1L, Long::sum);
        if (!isAligned(table) || isTooLarge(table)) {
            names.putIfAbsent(table, describe(entry));
        }
    }

    private boolean isAligned(L1Table table) {
        return geometry.offsetInCluster(table.offset) == 0;
    }

    private static boolean isTooLarge(L1Table table) {
        return Integer.compareUnsigned(table.entries, Tables.MAX_L1_ENTRIES) > 0;
    }

    /** Tells whether an L1 table can be followed, with a finding where it cannot. */
    boolean isUsable(L1Table table) {
        String name = names.getOrDefault(table, "");
        if (!isAligned(table)) {
            findings.corruption(name + " l1_offset=0x" + Long.toHexString(table.offset)
                    + ": L1 table is not cluster aligned; snapshot table entry corrupted");
            return false;
        }
        if (isTooLarge(table)) {
            findings.corruption(name + " l1_size=0x" + Integer.toHexString(table.entries)
                    + ": L1 table is too large; snapshot table entry corrupted");
            return false;
        }
        return true;
    }

    private static String describe(SnapshotEntry entry) {
        String text = "ERROR snapshot " + entry.id() + " (" + entry.name() + ")";
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
