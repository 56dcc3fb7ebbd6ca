// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Bitmap;
import dev.varve.drivers.qcow2.layout.L2Entry;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks one L2 table after the other: counts what the entries refer to, and the guest clusters of the active ones
 * (QEMU's {@code check_refcounts_l2}).
 */
final class L2TableCheck {
    private final ImageBytes bytes;
    private final Geometry geometry;
    private final References references;
    private final CopiedFlags copied;
    private final Findings findings;
    private final ByteBuffer table;
    private long allocated;
    private long fragmented;
    private long compressed;
    private long expected;

    L2TableCheck(ImageBytes bytes, Geometry geometry, References references, CopiedFlags copied, Findings findings) {
        this.bytes = bytes;
        this.geometry = geometry;
        this.references = references;
        this.copied = copied;
        this.findings = findings;
        this.table = ByteBuffer.allocate(geometry.clusterSize());
    }

    Geometry geometry() {
        return geometry;
    }

    /** How many guest clusters are allocated. */
    long allocated() {
        return allocated;
    }

    /** How many of them do not follow the one before in the file. */
    long fragmented() {
        return fragmented;
    }

    /** How many of them are compressed. */
    long compressed() {
        return compressed;
    }

    /**
     * Checks a table.
     *
     * @param offset where it begins, perhaps not aligned
     * @param times how many L1 entries refer to it
     * @param active how many of these are in the active L1 table
     */
    void check(long offset, long times, long active) throws CheckStopped, IOException {
        if (!bytes.read(offset, table, "check_refcounts_l2")) {
            return;
        }
        boolean copiedCounts = active != 0 && offset != 0;
        expected = 0;
        int step = geometry.l2EntryBytes();
        for (int at = 0; at < table.capacity(); at += step) {
            long bits = table.getLong(at);
            long bitmap = geometry.extendedL2() ? table.getLong(at + Long.BYTES) : 0;
            if ((bits | bitmap) == 0 || isNoReference(bits, bitmap, at / step, times)) {
                continue;
            }
            if ((bits & L2Entry.COMPRESSED) != 0) {
                checkCompressed(bits, times, active);
            } else if (bits != 0) {
                checkStandard(bits, times, active, copiedCounts);
            }
        }
    }

    /** Checks the halves of an entry against each other; true where what it refers to is not counted for that. */
    private boolean isNoReference(long bits, long bitmap, int index, long times) {
        long entry = L2Entry.inMemory(bits, geometry);
        boolean packed = (bits & L2Entry.COMPRESSED) != 0;
        if (packed && geometry.dataFile()) {
            findings.corruption(times, FindingText.COMPRESSED_WITH_DATA_FILE, index, bits, 0);
            return true;
        }
        if (packed && bitmap != 0) {
            findings.corruption(times, FindingText.COMPRESSED_BITMAP, index, bits, 0);
            return true;
        }
        if (!L2Bitmap.isValid(entry, bitmap)) {
            findings.corruption(times, L2Entry.kindOf(entry).hasHostCluster() ? FindingText.BITMAP_CORRUPT
                    : FindingText.BITMAP_UNALLOCATED, bits & L2Entry.OFFSET_MASK, 0, 0);
        }
        return false;
    }

    private void checkCompressed(long bits, long times, long active) throws CheckStopped {
        L2Entry entry = new L2Entry(bits);
        long offset = entry.compressedOffset(geometry);
        if (entry.isCopied()) {
            findings.corruption(times, FindingText.COMPRESSED_COPIED, offset, 0, 0);
        }
        references.add(offset, entry.compressedBytes(geometry), times);
        // Sectors of neighbours are read twice, so every compressed cluster counts as fragmented.
        allocated += active;
        compressed += active;
        fragmented += active;
    }

    private void checkStandard(long bits, long times, long active, boolean copiedCounts)
            throws CheckStopped, IOException {
        if ((bits & L2Entry.RESERVED_MASK) != 0) {
            findings.corruption(times, FindingText.L2_RESERVED, bits, 0, 0);
        }
        long offset = bits & L2Entry.OFFSET_MASK;
        if (offset == 0 && !L2Entry.kindOf(L2Entry.inMemory(bits, geometry)).hasHostCluster()) {
            return;
        }
        if (geometry.offsetInCluster(offset) != 0) {
            boolean zero = (bits & L2Entry.ZERO) != 0;
            findings.corruption(times, zero ? FindingText.PREALLOCATED_MISALIGNED : FindingText.DATA_MISALIGNED, offset,
                    0, 0);
        }
        if (active != 0) {
            allocated += active;
            if (expected != 0 && offset != expected) {
                fragmented += active;
            }
            expected = offset + geometry.clusterSize();
        }
        if (!geometry.dataFile()) {
            references.add(offset, geometry.clusterSize(), times);
        }
        if (copiedCounts) {
            copied.checkL2Entry(bits, offset, active);
        }
    }
}
