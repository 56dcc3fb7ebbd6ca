// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;

/** Header fields that say where tables are: out of bounds, not aligned, past the end, overlapping. */
final class HeaderTables {
    private static final int REFCOUNT_TABLE_CLUSTERS = 56;
    private static final long[] MISALIGNED = {1, 8, 511, 512, 2048, 4095, 4097, 12289, Long.MAX_VALUE, -1};
    private static final long[] OUTSIDE = {1 << 20, 1L << 32, 1L << 40, (1L << 56) - 8192};
    private static final long[] IMPOSSIBLE = {0, 1L << 56, 1L << 62, Long.MIN_VALUE, -4096};

    private HeaderTables() {
    }

    static void addTo(BadImages images) {
        addL1Size(images);
        addOffset(images, "L1 table", ImageWords.L1_OFFSET);
        addOffset(images, "refcount table", ImageWords.REFCOUNT_TABLE_OFFSET);
        addOffset(images, "snapshot table", ImageWords.SNAPSHOTS_OFFSET);
        addRefcountTableClusters(images);
        addSnapshotCount(images);
        addOverlaps(images);
    }

    private static void addL1Size(BadImages images) {
        for (int size : new int[] {0, 1, 2}) {
            images.openRefused("l1_size " + size, words -> words.int32(ImageWords.L1_SIZE, size), "l1_size is " + size
                    + ", the virtual size of 5242880 bytes needs at least 3, allowed is at most 4194304");
        }
        for (long size : new long[] {4_194_305, 0x7fffffff, 0x80000000L, 0xffffffffL}) {
            images.openRefused("l1_size " + size, words -> words.int32(ImageWords.L1_SIZE, size),
                    "l1_size is " + size + ", allowed is 0 to 4194304");
        }
        for (int size : new int[] {100_000, 4_194_304}) {
            images.openRefused("l1_size " + size + " past the end", words -> words.int32(ImageWords.L1_SIZE, size),
                    "L1 table at 0x3000 with " + 8L * size + " bytes ends beyond the end of the file, which has \\d+");
        }
    }

    private static void addOffset(BadImages images, String table, int field) {
        for (long offset : MISALIGNED) {
            images.openRefused(table + " at " + Long.toUnsignedString(offset), words -> words.int64(field, offset),
                    table + " offset 0x" + Long.toHexString(offset) + " is not a multiple of the cluster size 4096");
        }
        for (long offset : OUTSIDE) {
            images.openRefused(table + " at " + offset, words -> words.int64(field, offset), table + " at 0x"
                    + Long.toHexString(offset) + " with \\d+ bytes ends beyond the end of the file, which has \\d+");
        }
        for (long offset : IMPOSSIBLE) {
            images.openRefused(table + " at " + Long.toUnsignedString(offset), words -> words.int64(field, offset),
                    table + " offset is " + Long.toUnsignedString(offset) + ", allowed is 4096 to \\d+");
        }
        images.openRefused(table + " at the end", words -> words.int64(field, words.length()), table
                + " at 0x[0-9a-f]+ with \\d+ bytes ends beyond the end of the file, which has \\d+");
    }

    private static void addRefcountTableClusters(BadImages images) {
        for (long clusters : new long[] {0, 2049, 0x7fffffff, 0x80000000L, 0xffffffffL}) {
            images.openRefused("refcount_table_clusters " + clusters,
                    words -> words.int32(REFCOUNT_TABLE_CLUSTERS, clusters),
                    "refcount_table_clusters is " + clusters + ", allowed is 1 to 2048");
        }
        for (int clusters : new int[] {1000, 2048}) {
            images.openRefused("refcount_table_clusters " + clusters + " past the end",
                    words -> words.int32(REFCOUNT_TABLE_CLUSTERS, clusters), "refcount table at 0x1000 with "
                            + 4096L * clusters + " bytes ends beyond the end of the file, which has \\d+");
        }
    }

    private static void addSnapshotCount(BadImages images) {
        for (long count : new long[] {65_537, 0x7fffffff, 0x80000000L, 0xffffffffL}) {
            images.openRefused("nb_snapshots " + count, words -> words.int32(ImageWords.NB_SNAPSHOTS, count),
                    "nb_snapshots is " + count + ", allowed is 0 to 65536");
        }
        images.openRefused("nb_snapshots 65536 past the end", words -> words.int32(ImageWords.NB_SNAPSHOTS, 65_536),
                "snapshot table at 0x[0-9a-f]+ with 2621440 bytes ends beyond the end of the file, which has \\d+");
        images.openRefused("snapshot table at 512 without snapshots", BadImage::withoutSnapshot,
                words -> words.int64(ImageWords.SNAPSHOTS_OFFSET, 512),
                "snapshot table offset 0x200 is not a multiple of the cluster size 4096");
        images.openRefused("snapshot table at 2^64 - 4096 without snapshots", BadImage::withoutSnapshot,
                words -> words.int64(ImageWords.SNAPSHOTS_OFFSET, -4096),
                "snapshot table offset is 18446744073709547520, allowed is 0 to 9223372036854775807");
        images.openRefused("L1 table at 512 without entries", () -> new GoodImage(3, 12, 4, 0),
                words -> words.int64(ImageWords.L1_OFFSET, 512),
                "L1 table offset 0x200 is not a multiple of the cluster size 4096");
        images.openRefused("nb_snapshots 1 without a table", BadImage::withoutSnapshot,
                words -> words.int32(ImageWords.NB_SNAPSHOTS, 1), "snapshot table offset is 0, allowed is 4096 to");
    }

    private static void addOverlaps(BadImages images) {
        images.openRefused("L1 table in the refcount table",
                words -> words.int64(ImageWords.L1_OFFSET, words.refcountTable()),
                "L1 table at 0x1000 with 24 bytes and refcount table at 0x1000 with 4096 bytes overlap");
        images.openRefused("refcount table reaches the L1 table", words -> words.int32(REFCOUNT_TABLE_CLUSTERS, 3),
                "L1 table at 0x3000 with 24 bytes and refcount table at 0x1000 with 12288 bytes overlap");
        images.openRefused("snapshot table in the L1 table",
                words -> words.int64(ImageWords.SNAPSHOTS_OFFSET, words.l1()),
                "L1 table at 0x3000 with 24 bytes and snapshot table at 0x3000 with 40 bytes overlap");
        images.openRefused("snapshot table in the refcount table",
                words -> words.int64(ImageWords.SNAPSHOTS_OFFSET, words.refcountTable()),
                "refcount table at 0x1000 with 4096 bytes and snapshot table at 0x1000 with 40 bytes overlap");
        images.openRefused("L1 table reaches the snapshot table",
                words -> words.int32(ImageWords.L1_SIZE, (words.snapshots() - words.l1()) / 8 + 1),
                "L1 table at 0x3000 with \\d+ bytes and snapshot table at 0x[0-9a-f]+ with 40 bytes overlap");
    }
}
