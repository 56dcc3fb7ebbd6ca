// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.GoodImage;

/** Header fields that stand alone, out of bounds. */
final class HeaderFields {
    private static final int MAGIC = 0;
    private static final int VERSION = 4;
    private static final int BACKING_OFFSET = 8;
    private static final int BACKING_SIZE = 16;
    private static final int CLUSTER_BITS = 20;
    private static final int SIZE = 24;
    private static final int CRYPT_METHOD = 32;
    private static final int REFCOUNT_ORDER = 96;
    private static final int HEADER_LENGTH = 100;
    private static final int COMPRESSION_TYPE = 104;

    private HeaderFields() {
    }

    static void addTo(BadImages images) {
        addMagicAndVersion(images);
        addClusterBits(images);
        addSize(images);
        addBackingName(images);
        addCryptMethod(images);
        addRefcountOrder(images);
        addHeaderLength(images);
        addCompressionType(images);
    }

    private static void addMagicAndVersion(BadImages images) {
        for (long magic : new long[] {0, 0x514649fa, 0x524649fbL, 0xfb494651L, 0xffffffffL, 0x7f454c46}) {
            images.openRefused("magic 0x" + Long.toHexString(magic), words -> words.int32(MAGIC, magic),
                    "magic is 0x" + Long.toHexString(magic) + ", allowed is 0x514649fb");
        }
        for (long version : new long[] {0, 1, 4, 5, 0x02000000, 0x7fffffff, 0xffffffffL}) {
            images.openRefused("version " + version, words -> words.int32(VERSION, version),
                    "unsupported qcow2 version " + version + ", allowed is 2 to 3");
        }
    }

    private static void addClusterBits(BadImages images) {
        for (long bits : new long[] {0, 1, 8, 22, 31, 32, 63, 64, 255, 0x7fffffff, 0x80000000L, 0xffffffffL}) {
            images.openRefused("cluster_bits " + bits, words -> words.int32(CLUSTER_BITS, bits),
                    "cluster_bits is " + bits + ", allowed is 9 to 21");
        }
        images.openRefused("cluster_bits 8 in version 2", BadImage::ordinaryVersion2,
                words -> words.int32(CLUSTER_BITS, 8), "cluster_bits is 8, allowed is 9 to 21");
        for (int bits : new int[] {9, 11, 13, 21}) {
            images.openRefused("cluster_bits " + bits + " of another image", words -> words.int32(CLUSTER_BITS, bits),
                    "(l1_size is 3|offset|refcount_table_clusters|overlap|refcount table).*(allowed|multiple|beyond)");
        }
    }

    private static void addSize(BadImages images) {
        for (long size : new long[] {-1, Long.MIN_VALUE, -512}) {
            images.openRefused("size " + Long.toUnsignedString(size), words -> words.int64(SIZE, size),
                    "size is " + Long.toUnsignedString(size) + ", allowed is 0 to ");
        }
        for (long size : new long[] {(6 << 20) + 1, 1L << 40, 1L << 62, Long.MAX_VALUE, Long.MAX_VALUE - 511}) {
            images.openRefused("size " + size + " for three L1 entries", words -> words.int64(SIZE, size),
                    "l1_size is 3, the virtual size of " + size
                            + " bytes needs at least \\d+, allowed is at most \\d+");
        }
    }

    private static void addBackingName(BadImages images) {
        for (long offset : new long[] {1, 8, 72, 96, 103, 4096, 4097, 1L << 32, 1L << 62, -1}) {
            images.openRefused("backing_file_offset " + Long.toUnsignedString(offset), HeaderFields::overlay,
                    words -> words.int64(BACKING_OFFSET, offset), "backing_file_offset is "
                            + Long.toUnsignedString(offset) + ", allowed is 104 to 4095");
        }
        for (long length : new long[] {0, 1024, 4096, 0x7fffffff, 0xffffffffL}) {
            images.openRefused("backing_file_size " + length, HeaderFields::overlay,
                    words -> words.int32(BACKING_SIZE, length),
                    "backing_file_size is " + length + ", allowed is 1 to 1023");
        }
        images.openRefused("backing file name over the end of the cluster", HeaderFields::overlay,
                words -> words.int64(BACKING_OFFSET, 4090), "backing_file_size is 8, allowed is 1 to 6");
        images.openRefused("backing file name with a zero byte", HeaderFields::overlay,
                words -> words.int8((int) words.int64(BACKING_OFFSET) + 3, 0), "backing file name.*zero byte at 3");
        images.openRefused("backing file name that is not UTF-8", HeaderFields::overlay,
                words -> words.int8((int) words.int64(BACKING_OFFSET), 0xff), "backing file name.*UTF-8");
        images.openRefused("backing_file_size 1024 in version 2",
                () -> new GoodImage(2, 12, 4, 1 << 20).backing("base.img", "raw"),
                words -> words.int32(BACKING_SIZE, 1024), "backing_file_size is 1024, allowed is 1 to 1023");
    }

    private static GoodImage overlay() {
        return BadImage.ordinary().backing("base.img", "raw");
    }

    private static void addCryptMethod(BadImages images) {
        for (long method : new long[] {3, 255, 0x80000000L, 0xffffffffL}) {
            images.openRefused("crypt_method " + method, words -> words.int32(CRYPT_METHOD, method),
                    "crypt_method is " + method + ", allowed is 0 to 2");
        }
    }

    private static void addRefcountOrder(BadImages images) {
        for (long order : new long[] {7, 8, 31, 32, 64, 255, 0x80000000L, 0xffffffffL}) {
            images.openRefused("refcount_order " + order, words -> words.int32(REFCOUNT_ORDER, order),
                    "refcount_order is " + order + ", allowed is 0 to 6");
        }
    }

    private static void addHeaderLength(BadImages images) {
        for (long length : new long[] {0, 1, 72, 96, 103, 4097, 4104, 0x7fffffff, 0x80000000L, 0xffffffffL}) {
            images.openRefused("header_length " + length, words -> words.int32(HEADER_LENGTH, length),
                    "header_length is " + length + ", allowed is 104 to 4096");
        }
        for (int length : new int[] {105, 108, 111}) {
            images.openRefused("header_length " + length, words -> words.int32(HEADER_LENGTH, length),
                    "header_length is " + length + ", allowed are multiples of 8");
        }
    }

    private static void addCompressionType(BadImages images) {
        for (int type : new int[] {2, 3, 255}) {
            images.openRefused("compression_type " + type, words -> words.int32(HEADER_LENGTH, 112)
                    .int8(COMPRESSION_TYPE, type).int64(72, 8), "compression_type is " + type + ", allowed is 0 to 1");
        }
        images.openRefused("compression_type 1 without its feature bit", words -> words.int32(HEADER_LENGTH, 112)
                .int8(COMPRESSION_TYPE, 1), "compression_type is 1 with the compression type bit clear, allowed is 0");
        images.openRefused("compression type bit without the field", words -> words.int64(72, 8),
                "compression_type is 0 with the compression type bit set, allowed is 1");
    }
}
