// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import java.util.function.Supplier;

/** Header extensions with wrong lengths and wrong content. */
final class HeaderExtensions {
    private static final int BACKING_FORMAT = 0xe2792aca;
    private static final int FEATURE_NAMES = 0x6803f857;
    private static final int BITMAPS = 0x23852875;
    private static final int ENCRYPTION = 0x0537be77;
    private static final int DATA_FILE = 0x44415441;
    private static final int UNKNOWN = 0x12345678;

    private HeaderExtensions() {
    }

    static void addTo(BadImages images) {
        for (int type : new int[] {BACKING_FORMAT, FEATURE_NAMES, BITMAPS, ENCRYPTION, DATA_FILE, UNKNOWN}) {
            for (long length : new long[] {3985, 4096, 0x7fffffff, 0x80000000L, 0xfffffff8L, 0xffffffffL}) {
                images.openRefused("header extension 0x" + Integer.toHexString(type) + " of " + length + " bytes",
                        () -> BadImage.ordinary().extension(type, new byte[8]),
                        words -> words.int32(words.extension(type) - 4, length), "length of header extension 0x"
                                + Integer.toHexString(type) + " is " + length + ", allowed is 0 to 3984");
            }
        }
        for (long length : new long[] {3985, 0xffffffffL}) {
            images.openRefused("end of the header extensions with " + length + " bytes",
                    words -> words.int32(108, length), "length of header extension 0x0 is " + length + ", allowed is");
        }
        addLengths(images, "backing file format", BACKING_FORMAT, "0 to 15", 16, 48);
        addLengths(images, "bitmaps", BITMAPS, "24 to 24", 0, 16, 23, 25, 32);
        addLengths(images, "full disk encryption", ENCRYPTION, "16 to 16", 0, 8, 15, 17, 24);
        images.openRefused("header extension that reaches the backing file name",
                () -> BadImage.ordinary().extension(UNKNOWN, new byte[16]).backing("base.img", "raw"),
                words -> words.int32(words.extension(UNKNOWN) - 4, 100),
                "length of header extension 0x12345678 is 100, allowed is 0 to");
        addBitmaps(images);
    }

    private static void addLengths(BadImages images, String name, int type, String allowed, int... lengths) {
        for (int length : lengths) {
            images.openRefused("header extension for " + name + " of " + length + " bytes",
                    () -> BadImage.ordinary().extension(type, new byte[length]), words -> { },
                    "length of the header extension for " + name + " is " + length + ", allowed is " + allowed);
        }
    }

    private static void addBitmaps(BadImages images) {
        Supplier<GoodImage> good = () -> BadImage.withoutSnapshot().bitmap("b0").bitmap("b1");
        for (long count : new long[] {0, 65_536, 0xffffffffL}) {
            images.openRefused("nb_bitmaps " + count, good, words -> words.int32(words.extension(BITMAPS), count),
                    "nb_bitmaps is " + count + ", allowed is 1 to 65535");
        }
        images.openRefused("reserved field of the bitmaps extension", good,
                words -> words.int32(words.extension(BITMAPS) + 4, 1), "reserved.* is 1, allowed is 0");
        for (long size : new long[] {0, 1L << 40, -1}) {
            images.openRefused("bitmap_directory_size " + Long.toUnsignedString(size), good,
                    words -> words.int64(words.extension(BITMAPS) + 8, size),
                    "bitmap_directory_size is " + Long.toUnsignedString(size) + ", allowed is 1 to");
        }
        for (long offset : new long[] {8, 512, -1}) {
            images.openRefused("bitmap_directory_offset " + Long.toUnsignedString(offset), good,
                    words -> words.int64(words.extension(BITMAPS) + 16, offset),
                    "bitmap directory offset 0x" + Long.toHexString(offset) + " is not a multiple of the cluster size");
        }
        for (long offset : new long[] {0, 1L << 60, -4096}) {
            images.openRefused("bitmap_directory_offset " + Long.toUnsignedString(offset), good,
                    words -> words.int64(words.extension(BITMAPS) + 16, offset),
                    "bitmap directory offset is " + Long.toUnsignedString(offset) + ", allowed is 4096 to");
        }
        addDirectory(images, good);
    }

    private static void addDirectory(BadImages images, Supplier<GoodImage> good) {
        images.openRefused("bitmap table not aligned", good, words -> words.int64(directory(words), 4097),
                "bitmap table offset 0x1001 is not a multiple of the cluster size 4096");
        images.openRefused("bitmap table size 0", good, words -> words.int32(directory(words) + 8, 0),
                "bitmap table size is 0, allowed is 1 to");
        images.openRefused("bitmap table size 2", good, words -> words.int32(directory(words) + 8, 2),
                "bitmap table size is 2, allowed is 1");
        images.openRefused("bitmap flags reserved", good, words -> words.int32(directory(words) + 12, 16),
                "bitmap flags 0x10 has reserved bits set: 0x10, allowed are");
        images.openRefused("bitmap type 2", good, words -> words.int8(directory(words) + 16, 2),
                "bitmap type is 2, allowed is 1 to 1");
        images.openRefused("bitmap granularity 2^8", good, words -> words.int8(directory(words) + 17, 8),
                "bitmap granularity bits is 8, allowed is 9 to 31");
        images.openRefused("bitmap name of 0 bytes", good, words -> words.int16(directory(words) + 18, 0),
                "bitmap name length is 0, allowed is 1 to 1023");
        images.openRefused("bitmap name over the end of the directory", good,
                words -> words.int16(directory(words) + 18, 1000), "it ends at 1024 in a bitmap directory of 64 bytes");
        images.openRefused("bitmap extra data", good, words -> words.int32(directory(words) + 20, 8),
                "bitmap extra data length is 8, allowed is 0 to 0");
        images.openRefused("bitmap directory with an entry too few", good,
                words -> words.int32(words.extension(BITMAPS), 3), "bitmap directory of 64 bytes ends before it");
        images.openRefused("bitmap table entry with reserved bits", good,
                words -> words.int64((int) words.int64(directory(words)), 1L << 58),
                "bitmap table entry 0x400000000000000 has reserved bits set");
        images.openRefused("bitmap table entry not aligned", good,
                words -> words.int64((int) words.int64(directory(words)), 512),
                "bitmap data cluster offset 0x200 is not a multiple of the cluster size 4096");
    }

    private static int directory(ImageWords words) {
        return (int) words.int64(words.extension(BITMAPS) + 16);
    }
}
