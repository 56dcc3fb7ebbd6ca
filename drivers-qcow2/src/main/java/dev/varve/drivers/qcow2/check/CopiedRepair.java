// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Compares the COPIED flags of the active tables with the refcounts after these were mended, and mends the flags
 * (QEMU's {@code check_oflag_copied}).
 */
final class CopiedRepair {
    private static final int PIECE = 64 << 10;
    private static final String READER = "check_oflag_copied";

    private final ImageBytes bytes;
    private final StoredRefcounts stored;
    private final Findings findings;
    private final Geometry geometry;
    private final boolean mend;
    private final TablePlaces places;
    private final ByteBuffer l2;

    CopiedRepair(ImageBytes bytes, StoredRefcounts stored, Findings findings, Geometry geometry, boolean mend,
            TablePlaces places) {
        this.bytes = bytes;
        this.stored = stored;
        this.findings = findings;
        this.geometry = geometry;
        this.mend = mend;
        this.places = places;
        this.l2 = ByteBuffer.allocate(geometry.clusterSize());
    }

    /** Goes through the active L1 table and its L2 tables. */
    void run(Tables tables) throws CheckStopped, IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        for (long done = 0; done < tables.l1Bytes(); done += PIECE) {
            piece.clear().limit((int) Math.min(PIECE, tables.l1Bytes() - done));
            if (bytes.read(tables.l1Offset() + done, piece, READER)) {
                followPiece(piece, tables.l1Offset(), done);
            }
        }
    }

    private void followPiece(ByteBuffer piece, long l1Offset, long done) throws CheckStopped, IOException {
        for (int at = 0; at < piece.limit(); at += Long.BYTES) {
            long bits = piece.getLong(at);
            long table = bits & L1Entry.OFFSET_MASK;
            if (table == 0) {
                continue;
            }
            long changed = changed(bits, table, FindingText.COPIED_L2_TABLE, (done + at) / Long.BYTES);
            if (changed != bits) {
                bytes.write(l1Offset + done + at, ByteBuffer.allocate(Long.BYTES).putLong(0, changed));
            }
            followTable(table);
        }
    }

    private void followTable(long table) throws CheckStopped, IOException {
        if (!bytes.read(table, l2.clear(), READER)) {
            return;
        }
        boolean dirty = false;
        for (int at = 0; at < l2.capacity(); at += geometry.l2EntryBytes()) {
            long bits = l2.getLong(at);
            long host = bits & L2Entry.OFFSET_MASK;
            if ((bits & L2Entry.COMPRESSED) == 0 && host != 0 && !geometry.dataFile()) {
                long changed = changed(bits, host, FindingText.COPIED_DATA, -1);
                dirty |= changed != bits;
                l2.putLong(at, changed);
            }
        }
        if (dirty) {
            places.checkL2Table(table);
            bytes.write(table, l2.clear());
        }
    }

    private long changed(long bits, long offset, FindingText text, long index) throws CheckStopped, IOException {
        long cluster = geometry.clusterOf(offset);
        if (!stored.isReadable(cluster)) {
            return bits;
        }
        long refcount = stored.at(cluster);
        if ((refcount == 1) == (bits < 0)) {
            return bits;
        }
        long first = index < 0 ? bits : index;
        long second = index < 0 ? refcount : bits;
        long third = index < 0 ? 0 : refcount;
        if (!mend) {
            findings.corruption(1, text, first, second, third);
            return bits;
        }
        findings.repairing(CheckFinding.Kind.CORRUPTION, text, first, second, third);
        findings.mendedCorruptions(1);
        return bits ^ L2Entry.COPIED;
    }
}
