// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Writes a chain that mixes what layers can differ in: a raw base, several cluster sizes, a layer shorter than the
 * disk, and clusters of zeroes with and without preallocation. What no layer may show, by {@link DiskPattern}, is held
 * by the base nevertheless and hidden by a layer above it: by the end of the short one, or by zero clusters.
 */
public final class FeatureChainWriter {
    private static final int PIECE = ChainShape.PIECE_CLUSTERS * ChainPlan.CLUSTER;
    // Each fits into a piece, and the chain's top has the first or another of them.
    private static final int[] CLUSTER_SIZES = {64 << 10, 16 << 10, 256 << 10, 4 << 10, 1 << 20};
    private static final int SHORT_LAYER = 1;

    private final ChainPlan plan;
    private final BlockLayer layer = BlockLayer.load();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);

    /**
     * A writer of one chain.
     *
     * @param plan of shape {@link ChainShape#PIECES}, with at least 2 layers and a size in whole MiB
     */
    public FeatureChainWriter(ChainPlan plan) {
        if (plan.shape() != ChainShape.PIECES || plan.layers() < 2 || plan.size() % PIECE != 0) {
            throw new IllegalArgumentException(plan + ": allowed are shape PIECES, 2 layers or more, whole MiB");
        }
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
        Path[] files = new Path[plan.layers()];
        for (int number = 0; number < plan.layers(); number++) {
            files[number] = folder.resolve(number == 0 ? "layer-00000.raw" : ChainPlan.fileName(number));
        }
        writeBase(files[0]);
        long[][] pieces = held();
        for (int number = 1; number < plan.layers(); number++) {
            writeLayer(number, files[number], files[number - 1], pieces[number]);
        }
        return files[plan.layers() - 1];
    }

    private void writeBase(Path file) throws IOException {
        try (FileChannel base = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long offset = 0; offset < plan.size(); offset += PIECE) {
                boolean hidden = owner(offset) == ChainShape.NOBODY;
                if (hidden || holder(offset) == 0) {
                    // What is hidden belongs to another place of the disk, so that whoever shows it is noticed.
                    fill(hidden ? offset + plan.size() : offset);
                    while (buffer.hasRemaining()) {
                        base.write(buffer, offset + buffer.position());
                    }
                }
            }
            if (base.size() < plan.size()) {
                base.write(ByteBuffer.allocate(1), plan.size() - 1);
            }
        }
    }

    private void writeLayer(int number, Path file, Path backing, long[] pieces) throws IOException {
        long size = size(number);
        layer.create(new NewImage("qcow2", file.toString(), OptionalLong.of(size), Map.of(
                "backing_file", backing.getFileName().toString(), "backing_fmt", number == 1 ? "raw" : "qcow2",
                "cluster_size", (long) CLUSTER_SIZES[number % CLUSTER_SIZES.length]), false));
        // A backing of nothing in place of the chain below: opening that for each layer would take quadratic time.
        NodeDefinition alone = new NodeDefinition(Map.of("driver", "qcow2",
                "file", Map.of("driver", "file", "filename", file.toString()),
                "backing", Map.of("driver", "null-co", "size", size, "read-zeroes", true)));
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            NodeName root = graph.add(alone);
            try (BlockBackend disk = graph.openBackend(root, Permissions.READ_WRITE)) {
                for (long piece : pieces) {
                    writePiece(disk, piece * PIECE);
                }
            }
        }
    }

    private void writePiece(BlockBackend disk, long offset) throws IOException {
        boolean zeroes = owner(offset) == ChainShape.NOBODY;
        boolean preallocated = offset / PIECE % 2 == 0;
        if (!zeroes || preallocated) {
            fill(zeroes ? offset + plan.size() : offset);
            disk.write(offset, buffer);
        }
        if (zeroes) {
            disk.writeZeroes(offset, PIECE, preallocated ? RequestFlags.NONE : RequestFlags.MAY_UNMAP);
        }
    }

    private void fill(long offset) {
        buffer.clear();
        DiskPattern.fill(buffer, offset);
        buffer.flip();
    }

    /** The pieces that each layer above the base writes, in ascending order. */
    private long[][] held() {
        long count = plan.size() / PIECE;
        int[] holders = new int[Math.toIntExact(count)];
        int[] counts = new int[plan.layers()];
        for (int piece = 0; piece < count; piece++) {
            holders[piece] = holder((long) piece * PIECE);
            counts[holders[piece]]++;
        }
        long[][] held = new long[plan.layers()][];
        for (int number = 0; number < held.length; number++) {
            held[number] = new long[counts[number]];
        }
        int[] filled = new int[plan.layers()];
        for (int piece = 0; piece < count; piece++) {
            held[holders[piece]][filled[holders[piece]]++] = piece;
        }
        return held;
    }

    /** The layer that decides over a piece: of data its owner, of nothing the layer that hides what the base holds. */
    private int holder(long offset) {
        int owner = owner(offset);
        if (owner == ChainShape.NOBODY) {
            // Behind the end of the short layer nobody else is needed.
            return behindShort(offset) ? 0 : 1 + (int) (offset / PIECE % (plan.layers() - 1));
        }
        return behindShort(offset) ? Math.max(owner, SHORT_LAYER + 1) : owner;
    }

    private int owner(long offset) {
        return plan.owner(offset / ChainPlan.CLUSTER);
    }

    private boolean behindShort(long offset) {
        return plan.layers() > SHORT_LAYER + 1 && offset >= size(SHORT_LAYER);
    }

    private long size(int number) {
        boolean cut = number == SHORT_LAYER && plan.layers() > SHORT_LAYER + 1;
        return cut ? plan.size() / PIECE / 2 * PIECE : plan.size();
    }
}
