// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.RefcountTableEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the refcount table and counts its references to refcount blocks (QEMU's {@code check_refblocks}). */
final class RefcountTableCheck {
    private static final int PIECE = 64 << 10;

    private final Geometry geometry;
    private final References references;
    private final Findings findings;
    /** Where the storage may be made longer; null where nothing is mended. */
    private final @Nullable ImageBytes mended;
    private boolean rebuild;

    RefcountTableCheck(Geometry geometry, References references, Findings findings, @Nullable ImageBytes mended) {
        this.geometry = geometry;
        this.references = references;
        this.findings = findings;
        this.mended = mended;
    }

    /** Tells whether the table cannot be used as it is. */
    boolean needsRebuild() {
        return rebuild;
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
            rebuild = true;
        } else if (geometry.offsetInCluster(offset) != 0) {
            findings.corruption(1, FindingText.BLOCK_MISALIGNED, index, 0, 0);
            rebuild = true;
        } else if (geometry.clusterOf(offset) >= references.clusters()) {
            checkOutside(offset, index);
        } else {
            references.add(offset, geometry.clusterSize(), 1);
            long count = references.counts().at(geometry.clusterOf(offset));
            if (count != 1) {
                findings.corruption(1, FindingText.BLOCK_SHARED, index, count, 0);
                rebuild = true;
            }
        }
    }

    private void checkOutside(long offset, int index) throws CheckStopped {
        ImageBytes bytes = mended;
        if (bytes == null) {
            findings.corruption(1, FindingText.BLOCK_OUTSIDE, index, 0, 0);
            return;
        }
        findings.repairing(CheckFinding.Kind.CORRUPTION, FindingText.BLOCK_OUTSIDE, index, 0, 0);
        String problem = grow(bytes, offset);
        if (problem.isEmpty()) {
            references.grow(bytes.size());
            findings.mendedCorruptions(1);
            references.add(offset, geometry.clusterSize(), 1);
        } else {
            findings.countCorruption();
            findings.note("ERROR could not resize image: " + problem);
            rebuild = true;
        }
    }

    private String grow(ImageBytes bytes, long offset) {
        if (offset > Long.MAX_VALUE - geometry.clusterSize()
                || geometry.clusterOf(offset) >= Integer.MAX_VALUE) {
            return "Invalid argument";
        }
        try {
            bytes.grow(offset + geometry.clusterSize());
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
