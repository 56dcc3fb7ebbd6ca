// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L1Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows L1 tables and the L2 tables they refer to (QEMU's {@code check_refcounts_l1}). An L2 table that several L1
 * tables share is read once and counted as often as it is referred to, so that a check does not grow with the number
 * of snapshots.
 */
final class MappingCheck {
    private static final int PIECE = 1 << 20;
    private static final String READER = "check_refcounts_l1";

    private final ImageBytes bytes;
    private final Geometry geometry;
    private final References references;
    private final Findings findings;
    private final @Nullable CopiedFlags copied;
    private final L2TableCheck l2;
    private final ReferenceCounts tables;
    private final ReferenceCounts activeTables;
    private final MemoryBudget budget;
    /** The L2 tables in the order in which they were met, as QEMU comes to them. */
    private int[] order = new int[16];
    private int met;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);

    MappingCheck(ImageBytes bytes, References references, @Nullable CopiedFlags copied, Findings findings,
            L2TableCheck l2, MemoryBudget budget) throws CheckStopped {
        this.bytes = bytes;
        this.geometry = l2.geometry();
        this.references = references;
        this.findings = findings;
        this.copied = copied;
        this.l2 = l2;
        this.budget = budget;
        this.tables = new ReferenceCounts(references.clusters(), Long.MAX_VALUE, budget);
        this.activeTables = new ReferenceCounts(references.clusters(), Long.MAX_VALUE, budget);
    }

    /**
     * Follows an L1 table. The L2 tables it refers to wait for {@link #followL2Tables}.
     *
     * @param offset where it begins
     * @param entries its length
     * @param active true for the active L1 table, whose COPIED flags count
     * @param times how many snapshots have this very table
     */
    void followL1Table(long offset, long entries, boolean active, long times) throws CheckStopped, IOException {
        long size = entries * Long.BYTES;
        if (size == 0) {
            return;
        }
        bytes.claim(size);
        references.add(offset, size, times);
        if (offset < 0 || offset > Long.MAX_VALUE - size) {
            throw new CheckStopped("ERROR: I/O error in " + READER + ": offset 0x" + Long.toHexString(offset)
                    + " is not within 0 to 0x" + Long.toHexString(Long.MAX_VALUE - size));
        }
        long end = Math.min(size, bytes.size() - offset);
        for (long done = 0; done < end; done += PIECE) {
            piece.clear().limit((int) Math.min(PIECE, size - done));
            if (bytes.read(offset + done, piece, READER)) {
                followEntries(piece.limit() / Long.BYTES, done / Long.BYTES, active, times);
            }
        }
    }

    /** Checks the L2 tables that were referred to, each once. */
    void followL2Tables() throws CheckStopped, IOException {
        for (int i = 0; i < met; i++) {
            long cluster = Integer.toUnsignedLong(order[i]);
            l2.check(geometry.offsetOf(cluster), tables.at(cluster), activeTables.at(cluster));
        }
    }

    private void meet(long cluster) throws CheckStopped {
        if (tables.at(cluster) != 0) {
            return;
        }
        if (met == order.length) {
            budget.take((long) met * Integer.BYTES);
            order = Arrays.copyOf(order, 2 * met);
        }
        order[met++] = (int) cluster;
    }

    private void followEntries(int count, long firstIndex, boolean active, long times)
            throws CheckStopped, IOException {
        for (int i = 0; i < count; i++) {
            long bits = piece.getLong(i * Long.BYTES);
            if (bits != 0) {
                followEntry(bits, firstIndex + i, active, times);
            }
        }
    }

    private void followEntry(long bits, long index, boolean active, long times) throws CheckStopped, IOException {
        if ((bits & L1Entry.RESERVED_MASK) != 0) {
            findings.corruption(times, FindingText.L1_RESERVED, bits, 0, 0);
        }
        long offset = bits & L1Entry.OFFSET_MASK;
        if (active && offset != 0 && copied != null) {
            copied.checkL1Entry(bits, offset, index);
        }
        references.add(offset, geometry.clusterSize(), times);
        if (geometry.offsetInCluster(offset) != 0) {
            findings.corruption(times, FindingText.L1_MISALIGNED, offset, 0, 0);
            l2.check(offset, times, active ? times : 0);
        } else if (offset < bytes.size()) {
            long cluster = geometry.clusterOf(offset);
            meet(cluster);
            tables.add(cluster, times);
            if (active) {
                activeTables.add(cluster, times);
            }
        }
    }
}
