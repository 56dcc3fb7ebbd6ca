// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.embedding;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32;

/** Reads a whole disk and prints its size and checksum: what a program that embeds Varve needs to write. */
public final class ReadDisk {
    private static final int REQUEST = 64 * 1024;

    private ReadDisk() {}

    /**
     * Entry point.
     *
     * @param args a qcow2 image
     * @throws IOException if it cannot be opened or read
     */
    public static void main(String[] args) throws IOException {
        System.out.println(describe(BlockLayer.load(), args[0]));
    }

    /**
     * Opens a qcow2 image read-only with the layers below it, and reads it.
     *
     * @param layer the block layer
     * @param image the file
     * @return the size in bytes and the CRC-32 of the content
     * @throws IOException if it cannot be opened or read
     */
    public static String describe(BlockLayer layer, String image) throws IOException {
        NodeDefinition definition = new NodeDefinition(Map.of("driver", "qcow2", "read-only", true,
                "file", Map.of("driver", "file", "filename", image)));
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            NodeName root = graph.add(definition);
            try (BlockBackend disk = graph.openBackend(root, Permissions.READ)) {
                return disk.size() + " bytes, CRC-32 " + Long.toHexString(checksum(disk));
            }
        }
    }

    private static long checksum(BlockBackend disk) throws IOException {
        CRC32 checksum = new CRC32();
        ByteBuffer buffer = ByteBuffer.allocateDirect(REQUEST);
        for (long offset = 0; offset < disk.size(); offset += REQUEST) {
            buffer.clear().limit((int) Math.min(REQUEST, disk.size() - offset));
            disk.read(offset, buffer);
            checksum.update(buffer.flip());
        }
        return checksum.getValue();
    }
}
