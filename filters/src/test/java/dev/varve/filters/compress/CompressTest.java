// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.RecordingDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.DiskAssertions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompressTest {
    private static final int CLUSTER = 65536;
    private static final int SIZE = 4 * CLUSTER + 1536;

    private static BlockBackend open(BlockGraph graph, MemoryDisk disk) throws IOException {
        return graph.openBackend(graph.add(new NodeDefinition(
                Map.of("driver", "compress", "file", disk.definition().options()))), Permissions.READ_WRITE);
    }

    private static BlockGraph graph(MemoryDisk disk) {
        return BlockLayer.load().newGraph(GraphSettings.DEFAULT.withDriver(disk));
    }

    @Test
    void write_ofAPartOfACluster_isStoredCompressedAsAWhole() throws IOException {
        RecordingDisk disk = new RecordingDisk("disk", SparseContent.ofSize(SIZE)).compressing(CLUSTER);
        byte[] expected = new byte[SIZE];
        Arrays.fill(expected, CLUSTER - 100, CLUSTER + 100, (byte) 5);
        Arrays.fill(expected, SIZE - 700, SIZE, (byte) 6);
        try (BlockGraph graph = graph(disk)) {
            BlockBackend backend = open(graph, disk);
            backend.write(CLUSTER - 100, ByteBuffer.wrap(expected, CLUSTER - 100, 200));
            backend.write(SIZE - 700, ByteBuffer.wrap(expected, SIZE - 700, 700));
            DiskAssertions.assertContent(backend, expected);
        }
        List<DiskRequest> writes = disk.requests().stream().filter(DiskRequest::isChange).toList();
        assertEquals(3, writes.size(), writes::toString);
        assertTrue(writes.stream().allMatch(one -> one.flags().has(RequestFlags.COMPRESSED)
                && one.offset() % CLUSTER == 0), writes::toString);
        assertEquals(SIZE, disk.content().size());
    }

    @Test
    void child_thatCannotCompress_isRefused() throws IOException {
        MemoryDisk disk = new MemoryDisk("disk", SparseContent.ofSize(SIZE));
        try (BlockGraph graph = graph(disk)) {
            assertEquals(ErrorKind.UNSUPPORTED, assertThrows(BlockException.class, () -> open(graph, disk)).kind());
        }
    }
}
