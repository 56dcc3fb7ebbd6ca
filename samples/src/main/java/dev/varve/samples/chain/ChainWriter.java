// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes the files of a chain as stock qcow2 version 3 images (docs/interop/qcow2.txt), without going through a block
 * layer: hundreds of layers in about a second, and readers are tested with files that they did not write.
 */
public final class ChainWriter {
    private static final int MAGIC = 0x514649FB;
    private static final int VERSION = 3;
    private static final int CLUSTER_BITS = Integer.numberOfTrailingZeros(ChainPlan.CLUSTER);
    private static final int HEADER_BYTES = 112;
    private static final int REFCOUNT_ORDER = 4;
    private static final int BACKING_FORMAT_EXTENSION = 0xE2792ACA;
    private static final String BACKING_FORMAT = "qcow2";
    // Bit 63 of L1 and L2 entries: the cluster is used once, so it may be written in place.
    private static final long COPIED = 1L << 63;
    private static final int BATCH = 16;

    private final ChainPlan plan;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BATCH * ChainPlan.CLUSTER);

    /**
     * A writer of one chain.
     *
     * @param plan what to write
     */
    public ChainWriter(ChainPlan plan) {
        this.plan = plan;
    }

    /**
     * Writes all files.
     *
     * @param folder where to; made if it is missing
     * @return the active layer's file
     * @throws IOException if a file is there already or cannot be written
     */
    public Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        long[][] owned = plan.ownership();
        for (int layer = 0; layer < plan.layers(); layer++) {
            write(folder, layer, owned[layer]);
        }
        return folder.resolve(plan.topName());
    }

    /** Writes the file of one layer with the clusters that it holds. */
    void write(Path folder, int layer, long[] clusters) throws IOException {
        Path file = folder.resolve(ChainPlan.fileName(layer));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeLayer(channel, layer, LayerLayout.of(clusters, plan.size()));
        }
    }

    private void writeLayer(FileChannel channel, int layer, LayerLayout layout) throws IOException {
        putHeader(layer, layout);
        writeAt(channel, 0);
        for (int block = 0; block < layout.refcountBlocks(); block++) {
            buffer.putLong(layout.refcountBlock(block));
        }
        writeAt(channel, layout.refcountTable());
        writeRefcounts(channel, layout);
        writeL1(channel, layout);
        writeL2(channel, layout);
        writeData(channel, layout);
        if (channel.size() < layout.fileBytes()) {
            // A layer without data ends with its L1 table: the file is still whole clusters.
            buffer.put((byte) 0);
            writeAt(channel, layout.fileBytes() - 1);
        }
    }

    private void putHeader(int layer, LayerLayout layout) {
        byte[] backing = layer == 0 ? new byte[0]
                : ChainPlan.fileName(layer - 1).getBytes(StandardCharsets.US_ASCII);
        byte[] format = BACKING_FORMAT.getBytes(StandardCharsets.US_ASCII);
        // The extension: type, length, the name padded to a multiple of eight; and the end of the extensions.
        int extensions = layer == 0 ? 8 : 8 + 8 + 8;
        buffer.putInt(MAGIC).putInt(VERSION);
        buffer.putLong(layer == 0 ? 0 : HEADER_BYTES + extensions).putInt(backing.length);
        buffer.putInt(CLUSTER_BITS).putLong(plan.size()).putInt(0);
        buffer.putInt(layout.l1Entries()).putLong(layout.l1Table());
        buffer.putLong(layout.refcountTable()).putInt(1);
        buffer.putInt(0).putLong(0);
        buffer.putLong(0).putLong(0).putLong(0);
        buffer.putInt(REFCOUNT_ORDER).putInt(HEADER_BYTES).putLong(0);
        if (layer > 0) {
            buffer.putInt(BACKING_FORMAT_EXTENSION).putInt(format.length).put(format).put(new byte[8 - format.length]);
        }
        buffer.putLong(0).put(backing);
    }

    // Every cluster of the file is used once.
    private void writeRefcounts(FileChannel channel, LayerLayout layout) throws IOException {
        long left = layout.fileBytes() / ChainPlan.CLUSTER;
        for (int block = 0; block < layout.refcountBlocks(); block++) {
            long here = Math.min(left, ChainPlan.CLUSTER / Short.BYTES);
            for (long i = 0; i < here; i++) {
                buffer.putShort((short) 1);
            }
            writeAt(channel, layout.refcountBlock(block));
            left -= here;
        }
    }

    private void writeL1(FileChannel channel, LayerLayout layout) throws IOException {
        for (int number = 0; number < layout.tables().length; number++) {
            buffer.putLong(layout.l2Table(number) | COPIED);
            writeAt(channel, layout.l1Table() + (long) layout.tables()[number] * Long.BYTES);
        }
    }

    private void writeL2(FileChannel channel, LayerLayout layout) throws IOException {
        int data = 0;
        for (int number = 0; number < layout.tables().length; number++) {
            long first = (long) layout.tables()[number] * LayerLayout.L2_ENTRIES;
            for (int entry = 0; entry < LayerLayout.L2_ENTRIES; entry++) {
                boolean held = data < layout.clusters().length && layout.clusters()[data] == first + entry;
                buffer.putLong(held ? layout.data(data++) | COPIED : 0);
            }
            writeAt(channel, layout.l2Table(number));
        }
    }

    private void writeData(FileChannel channel, LayerLayout layout) throws IOException {
        for (int first = 0; first < layout.clusters().length; first += BATCH) {
            int end = Math.min(first + BATCH, layout.clusters().length);
            for (int number = first; number < end; number++) {
                buffer.limit(buffer.position() + ChainPlan.CLUSTER);
                DiskPattern.fill(buffer, layout.clusters()[number] * ChainPlan.CLUSTER);
            }
            writeAt(channel, layout.data(first));
        }
    }

    /** Writes what the buffer has got and empties it. */
    private void writeAt(FileChannel channel, long offset) throws IOException {
        buffer.flip();
        long at = offset;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
        buffer.clear();
    }
}
