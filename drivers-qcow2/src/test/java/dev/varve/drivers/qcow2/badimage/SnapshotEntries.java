// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.ImageWords;
import java.util.function.Consumer;

/** Entries of the snapshot table. */
final class SnapshotEntries {
    private SnapshotEntries() {
    }

    static void addTo(BadImages images) {
        images.openRefused("extra_data_size 1025 of a snapshot", words -> words.int32(words.snapshots() + 36, 1025),
                "Too much extra metadata in snapshot table entry 0");
        images.openRefused("extra_data_size 2^32 - 1 of a snapshot", words -> words.int32(words.snapshots() + 36, -1),
                "Too much extra metadata in snapshot table entry 0");
        add(images, "snapshot without its extra data", words -> words.int32(words.snapshots() + 36, 8),
                "ERROR snapshot table entry 0 is incomplete");
        for (long offset : new long[] {8, 512, 0x3001, -1}) {
            add(images, "snapshot's L1 table at " + Long.toUnsignedString(offset),
                    words -> words.int64(words.snapshots(), offset), "ERROR snapshot 1 \\(first\\) l1_offset=0x"
                            + Long.toHexString(offset) + ": L1 table is not cluster aligned");
        }
        for (long offset : new long[] {1 << 20, 1L << 40, 1L << 60}) {
            add(images, "snapshot's L1 table at " + offset, words -> words.int64(words.snapshots(), offset),
                    "region exceeding the end of the file by one cluster or more: offset 0x"
                            + Long.toHexString(offset) + " size 0x18");
        }
        for (long size : new long[] {4_194_305, 0x80000000L, 0xffffffffL}) {
            add(images, "snapshot's l1_size " + size, words -> words.int32(words.snapshots() + 8, size),
                    "ERROR snapshot 1 \\(first\\) l1_size=0x" + Long.toHexString(size) + ": L1 table is too large");
        }
        add(images, "snapshot's L1 table in the header", words -> words.int64(words.snapshots(), 0),
                "ERROR cluster 0 refcount=1 reference=3");
        add(images, "snapshot too many", words -> words.int32(ImageWords.NB_SNAPSHOTS, 2),
                "ERROR snapshot table entry 1 is incomplete");
    }

    private static void add(BadImages images, String name, Consumer<ImageWords> damage, String message) {
        images.checkReports(name, BadImage::ordinary, damage, message);
    }
}
