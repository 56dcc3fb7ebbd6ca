// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Images that open but whose metadata is damaged, for comparing with {@code qemu-img check}. */
final class DamagedImages {
    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;
    private static final int BITMAPS = 0x23852875;

    private final List<DamagedImage> images = new ArrayList<>();

    /**
     * One image.
     *
     * @param name what is wrong
     * @param bytes makes it
     */
    record DamagedImage(String name, Supplier<byte[]> bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<DamagedImage> all() {
        DamagedImages all = new DamagedImages();
        all.addRefcounts();
        all.addL2Entries();
        all.addL2Targets();
        all.addL1Entries();
        all.addRefcountTable();
        all.addTruncated();
        all.addCompressed();
        all.addSnapshots();
        all.addBitmaps();
        all.addWidths();
        all.addSizes();
        return List.copyOf(all.images);
    }

    private void add(String name, Supplier<GoodImage> good, Consumer<ImageWords> damage) {
        images.add(new DamagedImage(name, () -> {
            ImageWords words = new ImageWords(good.get().bytes());
            damage.accept(words);
            return words.bytes();
        }));
    }

    private void add(String name, Consumer<ImageWords> damage) {
        add(name, DamagedImages::plain, damage);
    }

    /** Clusters: 0 header, 1 refcount table, 2 refcount block, 3 L1, 4 data, 5 L2, 6 to 9 data. */
    static GoodImage plain() {
        return GoodImage.small().data(0, 1).data(2, 2).data(3, 3).preallocatedZero(5).zero(6).data(255, 4);
    }

    private static GoodImage compressed() {
        return GoodImage.small().compressed(0, 1).compressed(1, 2).data(2, 3).compressed(9, 4);
    }

    private static GoodImage snapshots() {
        return plain().snapshot("1", "first").data(2, 9).snapshot("2", "second").data(300 % 256, 5).zero(3);
    }

    private static GoodImage bitmaps() {
        return plain().bitmap("b0").data(7, 7).bitmap("bitmap1");
    }

    private void addRefcounts() {
        add("clean", words -> { });
        add("refcount 0 of data", words -> words.refcount(4, 0));
        add("refcount 2 of data", words -> words.refcount(4, 2));
        add("refcount 2 of an L2 table", words -> words.refcount(5, 2));
        add("refcount 0 of an L2 table", words -> words.refcount(5, 0));
        add("refcount 0 of the header", words -> words.refcount(0, 0));
        add("refcount 65535", words -> words.refcount(7, 65535));
        add("refcount 2 of the refcount block", words -> words.refcount(2, 2));
        add("refcount behind the end", words -> words.refcount(12, 1));
        add("refcounts of free clusters", words -> words.resize(words.length() + 20 * 4096).refcount(12, 1)
                .refcount(29, 3));
        add("refcount block of zeroes", words -> words.fill(words.refcountBlock(0), words.refcountBlock(0) + 4096, 0));
        add("refcount block of ones", words -> words.fill(words.refcountBlock(0), words.refcountBlock(0) + 4096, 255));
    }

    private void addL2Entries() {
        add("L2 entry lost", words -> words.int64(words.l2(0), 0));
        add("L2 entry without COPIED", words -> words.int64(words.l2(0), words.int64(words.l2(0)) & ~COPIED));
        add("L2 entry of zeroes only COPIED", words -> words.int64(words.l2(0) + 48, COPIED | 1));
        add("L2 entry of nothing but COPIED", words -> words.int64(words.l2(0) + 8, COPIED));
        add("L2 entry turned to zeroes", words -> words.int64(words.l2(0), words.int64(words.l2(0)) | 1));
        add("L2 entry turned to plain zeroes", words -> words.int64(words.l2(0), 1));
        add("L2 entry not aligned", words -> words.int64(words.l2(0), words.int64(words.l2(0)) + 512));
        add("L2 entry of zeroes not aligned", words -> words.int64(words.l2(0), words.int64(words.l2(0)) + 513));
        for (int bit : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 56, 57, 58, 59, 60, 61}) {
            add("L2 entry with bit " + bit, words -> words.int64(words.l2(0), words.int64(words.l2(0)) | 1L << bit));
        }
        add("L2 entry of nothing but reserved bits", words -> words.int64(words.l2(0) + 8, 6));
    }

    private void addL2Targets() {
        add("two L2 entries to one cluster", words -> words.int64(words.l2(0) + 8, words.int64(words.l2(0))));
        add("L2 entry to the header", words -> words.int64(words.l2(0) + 8, COPIED | 512));
        add("L2 entry to the L2 table", words -> words.int64(words.l2(0) + 8, COPIED | words.l2(0)));
        add("L2 entry to the L1 table", words -> words.int64(words.l2(0) + 8, COPIED | words.l1()));
        add("L2 entry to the refcount table", words -> words.int64(words.l2(0) + 8, COPIED | words.refcountTable()));
        add("L2 entry to the end", words -> words.int64(words.l2(0) + 8, COPIED | words.length()));
        add("L2 entry to the end of a longer file", words -> words.resize(words.length() + 1)
                .int64(words.l2(0) + 8, COPIED | words.length() - 1));
        add("L2 entry behind the end", words -> words.int64(words.l2(0) + 8, COPIED | words.length() + 4096));
        add("L2 entry far behind the end", words -> words.int64(words.l2(0) + 8, COPIED | 0x00ff_ffff_ffff_f000L));
        add("all L2 entries to one cluster", words -> {
            for (int i = 0; i < 512; i++) {
                words.int64(words.l2(0) + 8 * i, words.int64(words.l2(0)));
            }
        });
    }

    private void addL1Entries() {
        add("L1 entry lost", words -> words.int64(words.l1(), 0));
        add("L1 entry without COPIED", words -> words.int64(words.l1(), words.int64(words.l1()) & ~COPIED));
        add("L1 entry with bit 0", words -> words.int64(words.l1(), words.int64(words.l1()) | 1));
        add("L1 entry with bit 56", words -> words.int64(words.l1(), words.int64(words.l1()) | 1L << 56));
        add("L1 entry not aligned", words -> words.int64(words.l1(), words.int64(words.l1()) - 512));
        add("L1 entry to the header", words -> words.int64(words.l1(), COPIED | 512));
        add("L1 entry to the L1 table", words -> words.int64(words.l1(), COPIED | words.l1()));
        add("L1 entry to data", words -> words.int64(words.l1(), COPIED | 4 << 12));
        add("L1 entry of nothing but COPIED", words -> words.int64(words.l1(), COPIED));
        add("L1 entry to the end", words -> words.int64(words.l1(), COPIED | words.length()));
        add("L1 entry behind the end", words -> words.int64(words.l1(), COPIED | words.length() + 4096));
        add("L1 entry far behind the end", words -> words.int64(words.l1(), COPIED | 0x00ff_ffff_ffff_f000L));
        add("two L1 entries to one L2 table", () -> new GoodImage(3, 12, 4, 4 << 20).data(0, 1).data(5, 2),
                words -> words.int64(words.l1() + 8, words.int64(words.l1())));
        add("all entries of a large L1 table to one L2 table",
                () -> new GoodImage(3, 9, 4, 16 << 20).data(0, 1).data(5, 2).preallocatedZero(7), words -> {
                    for (int i = 1; i < 512; i++) {
                        words.int64(words.l1() + 8 * i, words.int64(words.l1()));
                    }
                });
    }

    private void addRefcountTable() {
        for (int bit = 0; bit < 9; bit++) {
            long mask = 1L << bit;
            add("refcount table entry with bit " + bit,
                    words -> words.int64(words.refcountTable(), words.refcountBlock(0) | mask));
        }
        add("refcount table entry not aligned",
                words -> words.int64(words.refcountTable(), words.refcountBlock(0) + 512));
        add("refcount table entry lost", words -> words.int64(words.refcountTable(), 0));
        add("refcount table entry to the end", words -> words.int64(words.refcountTable(), words.length()));
        add("refcount table entry behind the end", words -> words.int64(words.refcountTable(), 1 << 24));
        add("second refcount table entry behind the end", words -> words.int64(words.refcountTable() + 8, 1 << 24));
        add("second refcount table entry far behind the end",
                words -> words.int64(words.refcountTable() + 8, 0xffff_ffff_ffff_f000L));
        add("two refcount table entries to one block",
                words -> words.int64(words.refcountTable() + 8, words.refcountBlock(0)));
        add("refcount table entry to the L1 table", words -> words.int64(words.refcountTable(), words.l1()));
        add("refcount table entry to the refcount table",
                words -> words.int64(words.refcountTable(), words.refcountTable()));
    }

    private void addTruncated() {
        for (int sectors : new int[] {32, 33, 39, 40, 41, 47, 48, 49, 55, 56, 57, 64, 65, 72, 73, 79}) {
            add("file of " + sectors + " sectors", words -> words.resize(sectors * 512));
        }
        add("data behind the end", () -> plain().snapshot("1", "s"), words -> {
            words.int64(words.l2(0) + 8, COPIED | words.length() + 4096);
            words.int64(words.l2(0) + 16, COPIED | words.length() + 8192);
        });
    }

    private void addCompressed() {
        add("clean compressed", DamagedImages::compressed, words -> { });
        add("compressed with COPIED", DamagedImages::compressed,
                words -> words.int64(words.l2(0), words.int64(words.l2(0)) | COPIED));
        add("compressed with too many sectors", DamagedImages::compressed,
                words -> words.int64(words.l2(0), words.int64(words.l2(0)) | 15L << 58));
        add("compressed behind the end", DamagedImages::compressed,
                words -> words.int64(words.l2(0), COMPRESSED | words.length() + 100));
        add("compressed at the end", DamagedImages::compressed,
                words -> words.int64(words.l2(0), COMPRESSED | words.length() - 1));
        add("compressed in the header", DamagedImages::compressed, words -> words.int64(words.l2(0), COMPRESSED | 1));
        add("compressed twice", DamagedImages::compressed,
                words -> words.int64(words.l2(0) + 80, words.int64(words.l2(0))));
    }

    private void addSnapshots() {
        Supplier<GoodImage> good = DamagedImages::snapshots;
        add("clean with snapshots", good, words -> { });
        add("snapshots lost", good, words -> words.int32(ImageWords.NB_SNAPSHOTS, 0));
        add("one snapshot lost", good, words -> words.int32(ImageWords.NB_SNAPSHOTS, 1));
        add("one snapshot too many", good, words -> words.int32(ImageWords.NB_SNAPSHOTS, 3));
        add("snapshot without extra data", good, words -> words.int32(words.snapshots() + 36, 0)
                .int16(words.snapshots() + 12, 4).int16(words.snapshots() + 14, 20));
        add("snapshot's L1 table not aligned", good,
                words -> words.int64(words.snapshots(), words.int64(words.snapshots()) + 8));
        add("snapshot's L1 table behind the end", good, words -> words.int64(words.snapshots(), 1 << 24));
        add("snapshot's L1 table too long", good, words -> words.int32(words.snapshots() + 8, 0x400001));
        add("snapshot's L1 table without entries", good, words -> words.int32(words.snapshots() + 8, 0));
        add("snapshot's L1 table longer", good, words -> words.int32(words.snapshots() + 8, 512));
        add("snapshot's L1 entry with bit 57", good, words -> words.int64((int) words.int64(words.snapshots()),
                words.int64((int) words.int64(words.snapshots())) | 1L << 57));
        add("snapshot's L1 entry lost", good, words -> words.int64((int) words.int64(words.snapshots()), 0));
        add("snapshots share an L1 table", good, words -> words.int64(words.snapshots(),
                words.int64(words.snapshots() + 40 + 24 + 8)));
        add("version 2 with a snapshot too many", () -> new GoodImage(2, 12, 4, 1 << 20).data(0, 1).snapshot("1", "s"),
                words -> words.int32(ImageWords.NB_SNAPSHOTS, 2));
    }

    private void addBitmaps() {
        add("clean with bitmaps", DamagedImages::bitmaps, words -> { });
        add("bitmaps not consistent", DamagedImages::bitmaps, words -> words.int64(88, 0));
        add("bitmap table behind the end", DamagedImages::bitmaps,
                words -> words.int64(directory(words), 1 << 24));
        add("bitmap data behind the end", DamagedImages::bitmaps,
                words -> words.int64((int) words.int64(directory(words)), 1 << 24));
        add("bitmap data lost", DamagedImages::bitmaps,
                words -> words.int64((int) words.int64(directory(words)), 0));
        add("bitmap data in the L1 table", DamagedImages::bitmaps,
                words -> words.int64((int) words.int64(directory(words)), words.l1()));
        add("two bitmaps with one table", DamagedImages::bitmaps,
                words -> words.int64(directory(words), words.int64(directory(words) + 32)));
    }

    private static int directory(ImageWords words) {
        return (int) words.int64(words.extension(BITMAPS) + 16);
    }

    private void addWidths() {
        for (int order = 0; order <= 6; order++) {
            int width = order;
            Supplier<GoodImage> good = () -> new GoodImage(3, 12, width, 1 << 20).data(0, 1).data(2, 2).data(3, 3);
            String bits = (1 << order) + " bits";
            add("clean with " + bits, good, words -> { });
            add("leaks and lost references with " + bits, good, words -> words.refcount(3, 0)
                    .int64(words.l2(0) + 8, words.int64(words.l2(0))).int64(words.l2(0) + 32, words.int64(words.l2(0)))
                    .int64(words.l2(0) + 16, 0).int64(words.l2(0) + 40, words.int64(words.l2(0))));
        }
        add("refcount of 64 bits set", () -> new GoodImage(3, 12, 6, 1 << 20).data(0, 1),
                words -> words.refcount(words.l2(0) / 4096 - 1, -1));
    }

    private void addSizes() {
        for (int bits : new int[] {9, 10, 13, 16, 21}) {
            for (int version : new int[] {2, 3}) {
                int span = 1 << bits - 3;
                Supplier<GoodImage> good = () -> new GoodImage(version, bits, 4, (long) span * 3 << bits).data(0, 1)
                        .data(1, 2).data(span + 3, 3).data(span * 2 + 1, 4).data(2, 5);
                String name = "version " + version + ", clusters of " + (1 << bits);
                add("clean, " + name, good, words -> { });
                add("damaged, " + name, good,
                        words -> words.refcount(words.l2(0) >>> bits, 7).int64(words.l2(0) + 8, 0));
            }
        }
        add("size not a multiple of a cluster", () -> new GoodImage(3, 12, 4, (1 << 20) + 512).data(0, 1),
                words -> { });
        add("size not a multiple of a sector", () -> new GoodImage(3, 12, 4, (1 << 20) + 1).data(0, 1), words -> { });
        add("size 0", () -> new GoodImage(3, 12, 4, 0), words -> { });
    }
}
