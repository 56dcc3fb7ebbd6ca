// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.testimage;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The words of an image, to read and to damage, with nothing of the driver. */
public final class ImageWords {
    /** Where header fields lie. */
    public static final int CLUSTER_BITS = 20;
    public static final int L1_SIZE = 36;
    public static final int L1_OFFSET = 40;
    public static final int REFCOUNT_TABLE_OFFSET = 48;
    public static final int NB_SNAPSHOTS = 60;
    public static final int SNAPSHOTS_OFFSET = 64;
    public static final int REFCOUNT_ORDER = 96;

    private byte[] bytes;
    private ByteBuffer words;

    public ImageWords(byte[] image) {
        bytes = image.clone();
        words = ByteBuffer.wrap(bytes);
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return bytes.length;
    }

    public int clusterSize() {
        return 1 << int32(CLUSTER_BITS);
    }

    public int l1() {
        return (int) int64(L1_OFFSET);
    }

    /** Where the L2 table of an active L1 entry lies. */
    public int l2(int index) {
        return (int) (int64(l1() + 8 * index) & 0x00ff_ffff_ffff_fe00L);
    }

    public int refcountTable() {
        return (int) int64(REFCOUNT_TABLE_OFFSET);
    }

    public int refcountBlock(int index) {
        return (int) int64(refcountTable() + 8 * index);
    }

    public int snapshots() {
        return (int) int64(SNAPSHOTS_OFFSET);
    }

    /** Where the data of a header extension lies. */
    public int extension(int type) {
        int at = int32(4) == 2 ? 72 : int32(100);
        while (int32(at) != type) {
            if (int32(at) == 0) {
                throw new IllegalArgumentException("no header extension 0x" + Integer.toHexString(type));
            }
            at += 8 + (int32(at + 4) + 7 & ~7);
        }
        return at + 8;
    }

    public int int32(int offset) {
        return words.getInt(offset);
    }

    public long int64(int offset) {
        return words.getLong(offset);
    }

    public ImageWords int8(int offset, int value) {
        bytes[offset] = (byte) value;
        return this;
    }

    public ImageWords int16(int offset, int value) {
        words.putShort(offset, (short) value);
        return this;
    }

    public ImageWords int32(int offset, long value) {
        words.putInt(offset, (int) value);
        return this;
    }

    public ImageWords int64(int offset, long value) {
        words.putLong(offset, value);
        return this;
    }

    public ImageWords fill(int from, int to, int value) {
        Arrays.fill(bytes, from, to, (byte) value);
        return this;
    }

    /** Cuts or extends with zeroes. */
    public ImageWords resize(int length) {
        bytes = Arrays.copyOf(bytes, length);
        words = ByteBuffer.wrap(bytes);
        return this;
    }

    public ImageWords refcount(int cluster, long value) {
        int order = int32(4) == 2 ? 4 : int32(REFCOUNT_ORDER);
        int perBlock = clusterSize() * 8 >>> order;
        putRefcount(words, refcountBlock(cluster / perBlock), cluster % perBlock, order, value);
        return this;
    }

    static void putRefcount(ByteBuffer file, int block, int index, int order, long value) {
        switch (order) {
            case 3 -> file.put(block + index, (byte) value);
            case 4 -> file.putShort(block + 2 * index, (short) value);
            case 5 -> file.putInt(block + 4 * index, (int) value);
            case 6 -> file.putLong(block + 8 * index, value);
            default -> {
                int bit = index << order;
                int mask = (1 << (1 << order)) - 1 << (bit & 7);
                int at = block + (bit >>> 3);
                file.put(at, (byte) (file.get(at) & ~mask | value << (bit & 7) & mask));
            }
        }
    }
}
