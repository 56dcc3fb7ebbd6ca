// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

/** Refcount table entries and refcounts: reserved bits, misaligned, past the end, wrong. */
final class RefcountEntries {
    private RefcountEntries() {
    }

    static void addTo(BadImages images) {
        for (int bit = 0; bit < 9; bit++) {
            long mask = 1L << bit;
            images.checkReports("refcount table entry with bit " + bit, BadImage::withoutSnapshot,
                    words -> words.int64(words.refcountTable(), words.refcountBlock(0) | mask),
                    "ERROR refcount table entry 0 has reserved bits set");
        }
        for (int off : new int[] {512, 1024, 2048}) {
            images.checkReports("refcount block not aligned by " + off, BadImage::withoutSnapshot,
                    words -> words.int64(words.refcountTable(), words.refcountBlock(0) + off),
                    "ERROR refcount block 0 is not cluster aligned; refcount table entry corrupted");
        }
        for (long offset : new long[] {1 << 20, 1L << 40, 1L << 60, -4096}) {
            images.checkReports("refcount block at " + Long.toUnsignedString(offset), BadImage::withoutSnapshot,
                    words -> words.int64(words.refcountTable() + 8, offset),
                    "ERROR refcount block 1 is outside image");
        }
        images.checkReports("refcount block in the header", BadImage::withoutSnapshot,
                words -> words.int64(words.refcountTable() + 8, words.l1()), "ERROR refcount block 1 refcount=2");
        images.checkReports("refcount table without a block", BadImage::withoutSnapshot,
                words -> words.int64(words.refcountTable(), 0), "ERROR cluster 0 refcount=0 reference=1");
        for (int cluster = 0; cluster < 6; cluster++) {
            int number = cluster;
            images.checkReports("refcount 0 of cluster " + cluster, BadImage::withoutSnapshot,
                    words -> words.refcount(number, 0), "ERROR cluster " + number + " refcount=0 reference=1");
            images.checkReports("refcount 65535 of cluster " + cluster, BadImage::withoutSnapshot,
                    words -> words.refcount(number, 65535), "Leaked cluster " + number + " refcount=65535 reference=1");
        }
    }
}
