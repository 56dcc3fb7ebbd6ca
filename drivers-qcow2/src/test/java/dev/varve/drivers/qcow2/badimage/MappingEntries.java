// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.ImageWords;

/** L1 and L2 entries: reserved bits, misaligned, past the end, pointing at each other. */
final class MappingEntries {
    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;

    private MappingEntries() {
    }

    static void addTo(BadImages images) {
        addL1Bits(images);
        addL1Offsets(images);
        addL2Bits(images);
        addL2Offsets(images);
        addOverlaps(images);
    }

    private static void addL1Bits(BadImages images) {
        for (int bit : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 56, 57, 58, 59, 60, 61, 62}) {
            long mask = 1L << bit;
            images.readRefused("L1 entry with bit " + bit, BadImage::withoutSnapshot,
                    words -> words.int64(words.l1(), words.int64(words.l1()) | mask), "L1 entry 0x[0-9a-f]+ has "
                            + "reserved bits set: 0x" + Long.toHexString(mask) + ", allowed are 0x[0-9a-f]+");
        }
    }

    private static void addL1Offsets(BadImages images) {
        for (int off : new int[] {512, 1024, 2048, 3584}) {
            images.readRefused("L1 entry not aligned by " + off, BadImage::withoutSnapshot,
                    words -> words.int64(words.l1(), words.int64(words.l1()) + off),
                    "L2 table offset 0x[0-9a-f]+ unaligned \\(L1 index: 0\\)");
        }
        for (long offset : new long[] {1 << 20, 1L << 40, 0x00ff_ffff_ffff_f000L}) {
            images.readRefused("L1 entry to " + offset, BadImage::withoutSnapshot,
                    words -> words.int64(words.l1(), COPIED | offset), "L2 table at 0x" + Long.toHexString(offset)
                            + " with \\d+ bytes ends beyond the end of the file, which has \\d+");
        }
        images.readRefused("L1 entry to the end", BadImage::withoutSnapshot,
                words -> words.int64(words.l1() + 16, COPIED | words.length()),
                "L2 table at 0x[0-9a-f]+ with \\d+ bytes ends beyond the end of the file, which has \\d+");
    }

    private static void addL2Bits(BadImages images) {
        for (int bit : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 56, 57, 58, 59, 60, 61}) {
            long mask = 1L << bit;
            images.readRefused("L2 entry with bit " + bit, BadImage::withoutSnapshot,
                    words -> words.int64(words.l2(0), words.int64(words.l2(0)) | mask), "L2 entry 0x[0-9a-f]+ has "
                            + "reserved bits set: 0x" + Long.toHexString(mask) + ", allowed are 0x[0-9a-f]+");
        }
        images.readRefused("L2 entry of nothing but a reserved bit", BadImage::withoutSnapshot,
                words -> words.int64(words.l2(0) + 64, 4), "L2 entry 0x4 has reserved bits set: 0x4, allowed are");
    }

    private static void addL2Offsets(BadImages images) {
        for (int off : new int[] {512, 1024, 2048, 3584}) {
            images.readRefused("L2 entry not aligned by " + off, BadImage::withoutSnapshot,
                    words -> words.int64(words.l2(0), words.int64(words.l2(0)) + off),
                    "Cluster allocation offset 0x[0-9a-f]+ unaligned \\(L2 offset: 0x");
        }
        images.readRefused("L2 entry of zeroes not aligned", BadImage::withoutSnapshot,
                words -> words.int64(words.l2(0) + 32, words.int64(words.l2(0) + 32) + 512),
                "Cluster allocation offset 0x[0-9a-f]+ unaligned \\(L2 offset: 0x");
        for (long offset : new long[] {1 << 20, 1L << 40, 0x00ff_ffff_ffff_f000L}) {
            images.readRefused("L2 entry to " + offset, BadImage::withoutSnapshot,
                    words -> words.int64(words.l2(0), COPIED | offset), "data.* at 0x" + Long.toHexString(offset)
                            + " .*beyond the end of the file, which has \\d+");
        }
        images.readRefused("L2 entry to the end", BadImage::withoutSnapshot,
                words -> words.int64(words.l2(2), COPIED | words.length()),
                "data.* at 0x[0-9a-f]+ .*beyond the end of the file, which has \\d+");
        images.readRefused("compressed L2 entry with COPIED", BadImage::withoutSnapshot,
                words -> words.int64(words.l2(0), COPIED | COMPRESSED | 4096 << 2), "compressed");
    }

    private static void addOverlaps(BadImages images) {
        addOverlap(images, "L1 entry to the L1 table", ImageWords::l1, "ERROR cluster 3 refcount=1 reference=3");
        addOverlap(images, "L1 entry to the refcount table", words -> words.refcountTable(),
                "ERROR cluster 1 refcount=1 reference=2");
        addOverlap(images, "L1 entry to a refcount block", words -> words.refcountBlock(0),
                "ERROR refcount block 0 refcount=2");
        addOverlap(images, "L1 entry to another L2 table", words -> words.l2(1), "ERROR cluster \\d+ refcount=1 ref");
        addOverlap(images, "L1 entry to data", words -> 0x4000, "ERROR cluster 4 refcount=1 reference=2");
        addL2Overlap(images, "L2 entry to the header", words -> 0, "Leaked cluster 4 refcount=1 reference=0");
        addL2Overlap(images, "L2 entry to the refcount table", ImageWords::refcountTable, "ERROR cluster 1 refcount=1");
        addL2Overlap(images, "L2 entry to a refcount block", words -> words.refcountBlock(0),
                "ERROR refcount block 0 refcount=2");
        addL2Overlap(images, "L2 entry to the L1 table", ImageWords::l1, "ERROR cluster 3 refcount=1 reference=2");
        addL2Overlap(images, "L2 entry to its own L2 table", words -> words.l2(0),
                "ERROR cluster 5 refcount=1 reference=2");
        addL2Overlap(images, "L2 entry to another's data", words -> 0x6000, "ERROR cluster 6 refcount=1 reference=2");
        images.checkReports("L1 entry without COPIED", BadImage::withoutSnapshot,
                words -> words.int64(words.l1(), words.l2(0)),
                "ERROR OFLAG_COPIED L2 cluster: l1_index=0 l1_entry=5000 refcount=1");
        images.checkReports("L2 entry without COPIED", BadImage::withoutSnapshot,
                words -> words.int64(words.l2(0), 0x4000),
                "ERROR OFLAG_COPIED data cluster: l2_entry=4000 refcount=1");
        images.checkReports("L2 entry lost", BadImage::withoutSnapshot, words -> words.int64(words.l2(0), 0),
                "Leaked cluster 4 refcount=1 reference=0");
    }

    private static void addOverlap(BadImages images, String name, java.util.function.ToIntFunction<ImageWords> to,
            String message) {
        images.checkReports(name, BadImage::withoutSnapshot,
                words -> words.int64(words.l1() + 16, COPIED | to.applyAsInt(words)), message);
    }

    private static void addL2Overlap(BadImages images, String name, java.util.function.ToIntFunction<ImageWords> to,
            String message) {
        images.checkReports(name, BadImage::withoutSnapshot,
                words -> words.int64(words.l2(0), COPIED | to.applyAsInt(words)), message);
    }
}
