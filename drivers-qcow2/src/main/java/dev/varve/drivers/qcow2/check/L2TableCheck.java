// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Bitmap;
import dev.varve.drivers.qcow2.layout.L2Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks one L2 table after the other: counts what the entries refer to, and the guest clusters of the active ones
 * (QEMU's {@code check_refcounts_l2}).
 */
final class L2TableCheck {
    private final ImageBytes bytes;
    private final Geometry geometry;
    private final References references;
    /** Null where flags are compared later, after refcounts were mended. */
    private final @Nullable CopiedFlags copied;
    private final Findings findings;
    private final ByteBuffer table;
    private final long[] words;
    /** Where tables must not be written; null where nothing is mended. */
    private final @Nullable TablePlaces mend;
    private long allocated;
    private long fragmented;
    private long compressed;
    private long expected;

    L2TableCheck(ImageBytes bytes, Geometry geometry, References references, @Nullable CopiedFlags copied,
            Findings findings, @Nullable TablePlaces mend) {
        this.bytes = bytes;
        this.geometry = geometry;
        this.references = references;
        this.copied = copied;
        this.findings = findings;
        this.mend = mend;
        this.table = ByteBuffer.allocate(geometry.clusterSize());
        this.words = new long[geometry.clusterSize() / Long.BYTES];
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
        table.clear().asLongBuffer().get(words);
        int step = geometry.l2EntryBytes();
        int wordsPerEntry = step / Long.BYTES;
        for (int index = 0; index < words.length; index += wordsPerEntry) {
            long bits = words[index];
            int run = wordsPerEntry == 1 && !geometry.dataFile() ? runLength(index) : 1;
            if (run > 1 && countRun(bits, run, new Weight(times, active, copiedCounts))) {
                index += run - 1;
                continue;
            }
            int at = index * Long.BYTES;
            long bitmap = geometry.extendedL2() ? words[index + 1] : 0;
            if ((bits | bitmap) == 0 || isNoReference(bits, bitmap, at / step, times)) {
                continue;
            }
            if ((bits & L2Entry.COMPRESSED) != 0) {
                checkCompressed(bits, times, active);
            } else if (bits != 0) {
                checkStandard(bits, times, active, copiedCounts, offset + at);
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

    /** Zeroes stay zeroes without the host cluster (QEMU's {@code fix_l2_entry_by_zero}). */
    private void mendEntry(long offset, long place) throws IOException {
        findings.repairing(CheckFinding.Kind.CORRUPTION, FindingText.PREALLOCATED_MISALIGNED, offset, 0, 0);
        bytes.write(place, ByteBuffer.allocate(Long.BYTES).putLong(0, L2Entry.ZERO));
        findings.mendedCorruptions(1);
    }

    /**
     * How much an entry counts.
     *
     * @param times how many L1 entries refer to its table
     * @param active how many of these are in the active L1 table
     * @param copied whether COPIED flags are compared
     */
    private record Weight(long times, long active, boolean copied) {}

    /** How many entries are ordinary ones whose host clusters follow each other. */
    private int runLength(int first) {
        long bits = words[first];
        long odd = ~(L2Entry.COPIED | L2Entry.OFFSET_MASK) | geometry.clusterSize() - 1;
        if (bits >= 0 || (bits & odd & ~L2Entry.COPIED) != 0) {
            return 1;
        }
        int end = first + 1;
        while (end < words.length && words[end] == words[end - 1] + geometry.clusterSize()) {
            end++;
        }
        return end - first;
    }

    /** Counts many entries at once where nothing is the matter with them. */
    private boolean countRun(long bits, int run, Weight weight) throws CheckStopped, IOException {
        long offset = bits & L2Entry.OFFSET_MASK;
        boolean flagsRight = !weight.copied || copied == null || copied.areOnes(offset, run);
        if (offset == 0 || !flagsRight || !references.addRun(offset, run, weight.times)) {
            return false;
        }
        if (weight.active != 0) {
            allocated += weight.active * run;
            if (expected != 0 && offset != expected) {
                fragmented += weight.active;
            }
            expected = offset + (long) run * geometry.clusterSize();
        }
        return true;
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

    private void checkStandard(long bits, long times, long active, boolean copiedCounts, long place)
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
            if (zero && mend != null) {
                mend.checkL2Table(place - geometry.offsetInCluster(place));
                mendEntry(offset, place);
                return;
            }
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
        if (copiedCounts && copied != null) {
            copied.checkL2Entry(bits, offset, active);
        }
    }
}
