// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.RefcountTableEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads the refcount table and counts its references to refcount blocks (QEMU's {@code check_refblocks}). */
final class RefcountTableCheck {
    private static final int PIECE = 64 << 10;

    private final Geometry geometry;
    private final References references;
    private final Findings findings;

    RefcountTableCheck(Geometry geometry, References references, Findings findings) {
        this.geometry = geometry;
        this.references = references;
        this.findings = findings;
    }

    /**
     * Reads the table.
     *
     * @param bytes the image
     * @param offset where it begins
     * @param size its length in bytes, a multiple of 8
     * @return its entries, without zeroes behind the last one
     */
    static long[] load(ImageBytes bytes, long offset, long size) throws CheckStopped, IOException {
        int inside = (int) Math.max(0, Math.min(size, bytes.size() - offset + Long.BYTES - 1) / Long.BYTES);
        long[] table = new long[inside];
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        int used = 0;
        for (int first = 0; first < inside; first += PIECE / Long.BYTES) {
            int count = Math.min(PIECE / Long.BYTES, inside - first);
            piece.clear().limit(count * Long.BYTES);
            bytes.read(offset + (long) first * Long.BYTES, piece, "qcow2_refcount_init");
            for (int i = 0; i < count; i++) {
                table[first + i] = piece.getLong(i * Long.BYTES);
                used = table[first + i] == 0 ? used : first + i + 1;
            }
        }
        return Arrays.copyOf(table, used);
    }

    /** Checks and counts the entries. All other references must have been counted. */
    void check(long[] table) throws CheckStopped {
        for (int i = 0; i < table.length; i++) {
            if (table[i] != 0) {
                checkEntry(table[i], i);
            }
        }
    }

    private void checkEntry(long bits, int index) throws CheckStopped {
        long offset = bits & RefcountTableEntry.OFFSET_MASK;
        if ((bits & RefcountTableEntry.RESERVED_MASK) != 0) {
            findings.corruption(1, FindingText.BLOCK_RESERVED, index, 0, 0);
        } else if (geometry.offsetInCluster(offset) != 0) {
            findings.corruption(1, FindingText.BLOCK_MISALIGNED, index, 0, 0);
        } else if (geometry.clusterOf(offset) >= references.clusters()) {
            findings.corruption(1, FindingText.BLOCK_OUTSIDE, index, 0, 0);
        } else {
            references.add(offset, geometry.clusterSize(), 1);
            long count = references.counts().at(geometry.clusterOf(offset));
            if (count != 1) {
                findings.corruption(1, FindingText.BLOCK_SHARED, index, count, 0);
            }
        }
    }
}
