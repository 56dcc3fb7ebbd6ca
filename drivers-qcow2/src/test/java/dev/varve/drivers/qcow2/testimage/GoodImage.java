// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.testimage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Builds small qcow2 images word by word after the specification, with nothing of the driver, so that tests have an
 * image whose every word they know. Finished images are clean under {@code qemu-img check}.
 */
public final class GoodImage {
    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;
    private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;

    private final int version;
    private final int clusterBits;
    private final int refcountOrder;
    private final long size;
    private final int clusterSize;
    private final ByteBuffer file;
    private final long[] refcounts;
    private final int l1Size;
    private final int l1Offset;
    private final int refcountTable;
    private final int refcountBlocks;
    private final int firstBlock;
    private final ByteBuffer extensions = ByteBuffer.allocate(512);
    private final ByteBuffer snapshots = ByteBuffer.allocate(4096);
    private final ByteBuffer bitmaps = ByteBuffer.allocate(4096);
    private int used;
    private int compressedAt;
    private int snapshotCount;
    private int bitmapCount;
    private String backing = "";

    /**
     * An image without content.
     *
     * @param version 2 or 3
     * @param clusterBits 9 to 21
     * @param refcountOrder 0 to 6, 4 for version 2
     * @param size the virtual size in bytes
     */
    public GoodImage(int version, int clusterBits, int refcountOrder, long size) {
        this.version = version;
        this.clusterBits = clusterBits;
        this.refcountOrder = refcountOrder;
        this.size = size;
        this.clusterSize = 1 << clusterBits;
        int capacity = Math.max(1 << 20, 40 << clusterBits);
        this.file = ByteBuffer.allocate(capacity);
        this.refcounts = new long[capacity >>> clusterBits];
        allocate(1);
        this.refcountTable = allocate(1);
        this.refcountBlocks = (int) ceil(refcounts.length, clusterSize * 8 >>> refcountOrder);
        this.firstBlock = allocate(refcountBlocks);
        this.l1Size = (int) ceil(ceil(size, clusterSize), clusterSize / 8);
        this.l1Offset = allocate((int) ceil(l1Size * 8L, clusterSize));
    }

    /** Version 3, clusters of 4 KiB, 16-bit refcounts, 1 MiB. */
    public static GoodImage small() {
        return new GoodImage(3, 12, 4, 1 << 20);
    }

    /** Names a backing file. */
    public GoodImage backing(String name, String format) {
        backing = name;
        return extension(0xe2792aca, format.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a header extension. */
    public GoodImage extension(int type, byte[] data) {
        extensions.putInt(type).putInt(data.length).put(data);
        extensions.position((extensions.position() + 7) & ~7);
        return this;
    }

    /** Fills a guest cluster with a byte. */
    public GoodImage data(int guestCluster, int fill) {
        int host = allocate(1);
        byte[] content = new byte[clusterSize];
        Arrays.fill(content, (byte) fill);
        file.put(host, content);
        return map(guestCluster, host);
    }

    /** Makes a guest cluster read as zeroes. */
    public GoodImage zero(int guestCluster) {
        return map(guestCluster, 1);
    }

    /** Makes a guest cluster read as zeroes and preallocates it. */
    public GoodImage preallocatedZero(int guestCluster) {
        return map(guestCluster, allocate(1) | 1);
    }

    /** Fills a guest cluster with a byte and compresses it. */
    public GoodImage compressed(int guestCluster, int fill) {
        byte[] content = new byte[clusterSize];
        Arrays.fill(content, (byte) fill);
        byte[] packed = new byte[clusterSize];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        int length = deflater.deflate(packed);
        deflater.end();
        if (compressedAt == 0 || (compressedAt & (clusterSize - 1)) + length > clusterSize) {
            compressedAt = allocate(1);
        } else {
            refcounts[compressedAt >>> clusterBits]++;
        }
        file.put(compressedAt, packed, 0, length);
        long sectors = ((compressedAt + length - 1) / 512) - compressedAt / 512;
        long entry = COMPRESSED | sectors << (62 - (clusterBits - 8)) | compressedAt;
        compressedAt = (compressedAt + length) % clusterSize == 0 ? 0 : compressedAt + length;
        return map(guestCluster, entry);
    }

    /** Takes an internal snapshot. */
    public GoodImage snapshot(String id, String name) {
        int copy = allocate((int) ceil(l1Size * 8L, clusterSize));
        for (int i = 0; i < l1Size; i++) {
            long l2 = file.getLong(l1Offset + 8 * i) & OFFSET;
            file.putLong(copy + 8 * i, l2);
            if (l2 != 0) {
                refcounts[(int) (l2 >>> clusterBits)]++;
                addReferences((int) l2, 1);
            }
        }
        snapshots.putLong(copy).putInt(l1Size).putShort((short) id.length()).putShort((short) name.length());
        snapshots.putInt(1).putInt(2).putLong(3).putInt(0).putInt(24).putLong(0).putLong(size).putLong(-1);
        snapshots.put(id.getBytes(StandardCharsets.UTF_8)).put(name.getBytes(StandardCharsets.UTF_8));
        snapshots.position((snapshots.position() + 7) & ~7);
        snapshotCount++;
        return this;
    }

    /** Adds a bitmap of one cluster of data. */
    public GoodImage bitmap(String name) {
        int granularityBits = 16;
        long data = ceil(ceil(ceil(size, 1L << granularityBits), 8), clusterSize);
        int table = allocate((int) ceil(data * 8, clusterSize));
        file.putLong(table, allocate(1));
        bitmaps.putLong(table).putInt((int) data).putInt(0).put((byte) 1).put((byte) granularityBits);
        bitmaps.putShort((short) name.length()).putInt(0).put(name.getBytes(StandardCharsets.UTF_8));
        bitmaps.position((bitmaps.position() + 7) & ~7);
        bitmapCount++;
        return this;
    }

    /** Reserves clusters as the header of an encryption method would be. */
    public GoodImage encryptionHeader(int bytes) {
        int offset = allocate((int) ceil(bytes, clusterSize));
        return extension(0x0537be77, ByteBuffer.allocate(16).putLong(offset).putLong(bytes).array());
    }

    /** The finished image. Nothing can be added afterwards. */
    public byte[] bytes() {
        int directory = bitmapCount == 0 ? 0 : allocate((int) ceil(bitmaps.position(), clusterSize));
        int snapshotTable = snapshotCount == 0 ? 0 : allocate((int) ceil(snapshots.position(), clusterSize));
        if (bitmapCount > 0) {
            directory = store(bitmaps, directory);
            extension(0x23852875, ByteBuffer.allocate(24).putInt(bitmapCount).putInt(0).putLong(bitmaps.position())
                    .putLong(directory).array());
        }
        store(snapshots, snapshotTable);
        writeRefcounts();
        writeCopiedFlags();
        writeHeader(snapshotTable);
        return Arrays.copyOf(file.array(), used << clusterBits);
    }

    private int store(ByteBuffer table, int offset) {
        file.put(offset, table.array(), 0, table.position());
        return offset;
    }

    private GoodImage map(int guestCluster, long entry) {
        int entries = clusterSize / 8;
        int l1At = l1Offset + 8 * (guestCluster / entries);
        int l2 = writableL2(l1At);
        int at = l2 + 8 * (guestCluster % entries);
        release(file.getLong(at));
        file.putLong(at, entry);
        return this;
    }

    private int writableL2(int l1At) {
        int old = (int) file.getLong(l1At);
        if (old != 0 && refcounts[old >>> clusterBits] == 1) {
            return old;
        }
        int fresh = allocate(1);
        file.putLong(l1At, fresh);
        if (old != 0) {
            file.put(fresh, file, old, clusterSize);
            refcounts[old >>> clusterBits]--;
        }
        return fresh;
    }

    private void release(long entry) {
        if ((entry & OFFSET) != 0 && (entry & COMPRESSED) == 0) {
            refcounts[(int) ((entry & OFFSET) >>> clusterBits)]--;
        }
    }

    private void addReferences(int l2, int change) {
        for (int i = 0; i < clusterSize / 8; i++) {
            long entry = file.getLong(l2 + 8 * i);
            long mask = (entry & COMPRESSED) != 0 ? (1L << (62 - (clusterBits - 8))) - 1 : OFFSET;
            if ((entry & mask) != 0) {
                refcounts[(int) ((entry & mask) >>> clusterBits)] += change;
            }
        }
    }

    private int allocate(int clusters) {
        int offset = used << clusterBits;
        Arrays.fill(refcounts, used, used + clusters, 1);
        used += clusters;
        return offset;
    }

    private void writeRefcounts() {
        int perBlock = clusterSize * 8 >>> refcountOrder;
        for (int block = 0; block < refcountBlocks; block++) {
            file.putLong(refcountTable + 8 * block, firstBlock + ((long) block << clusterBits));
        }
        for (int cluster = 0; cluster < used; cluster++) {
            int block = firstBlock + (cluster / perBlock << clusterBits);
            ImageWords.putRefcount(file, block, cluster % perBlock, refcountOrder, refcounts[cluster]);
        }
    }

    private void writeCopiedFlags() {
        for (int i = 0; i < l1Size; i++) {
            int l2 = (int) file.getLong(l1Offset + 8 * i);
            if (l2 != 0) {
                for (int j = 0; j < clusterSize / 8; j++) {
                    flag(l2 + 8 * j);
                }
                flag(l1Offset + 8 * i);
            }
        }
    }

    private void flag(int at) {
        long entry = file.getLong(at) & ~COPIED;
        boolean single = (entry & COMPRESSED) == 0 && (entry & OFFSET) != 0
                && refcounts[(int) ((entry & OFFSET) >>> clusterBits)] == 1;
        file.putLong(at, single ? entry | COPIED : entry);
    }

    private void writeHeader(int snapshotTable) {
        int headerLength = version == 2 ? 72 : 104;
        ByteBuffer header = ByteBuffer.allocate(clusterSize);
        header.position(headerLength);
        header.put(extensions.array(), 0, extensions.position());
        header.putLong(0);
        int backingAt = header.position();
        header.put(backing.getBytes(StandardCharsets.UTF_8));
        header.position(0);
        header.putInt(0x514649fb).putInt(version).putLong(backing.isEmpty() ? 0 : backingAt).putInt(backing.length());
        header.putInt(clusterBits).putLong(size).putInt(0).putInt(l1Size).putLong(l1Offset).putLong(refcountTable);
        header.putInt(1).putInt(snapshotCount).putLong(snapshotTable);
        if (version > 2) {
            header.putLong(0).putLong(0).putLong(bitmapCount > 0 ? 1 : 0).putInt(refcountOrder).putInt(headerLength);
        }
        file.put(0, header.array());
    }

    private static long ceil(long value, long unit) {
        return (value + unit - 1) / unit;
    }
}
