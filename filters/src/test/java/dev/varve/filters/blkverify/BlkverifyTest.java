// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkverify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlkverifyTest {
    private static final int SIZE = 4 << 20;

    private final MemoryDisk raw = new MemoryDisk("copy", SparseContent.ofSize(SIZE));
    private final FaultyDisk test = new FaultyDisk("tested", SparseContent.ofSize(SIZE));
    private BlockGraph graph;

    private BlockBackend open() throws IOException {
        graph = BlockLayer.load().newGraph(
                GraphSettings.DEFAULT.withDriver(raw).withDriver(test));
        NodeName node = graph.add(new NodeDefinition(Map.of("driver", "blkverify", "raw", raw.definition().options(),
                "test", test.definition().options())));
        return graph.openBackend(node, Permissions.READ_WRITE);
    }

    @AfterEach
    void close() throws IOException {
        graph.close();
    }

    @Test
    void write_reachesBothChildren() throws IOException {
        BlockBackend backend = open();
        backend.write(3000, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertEquals(2, raw.content().toByteArray()[3001]);
        assertEquals(2, test.content().toByteArray()[3001]);
    }

    @Test
    void read_ofWhatDiffers_namesThePlace() throws IOException {
        BlockBackend backend = open();
        test.content().write((2 << 20) + 5, ByteBuffer.wrap(new byte[] {7}));
        backend.read(0, ByteBuffer.allocate(2 << 20));
        BlockException failure = assertThrows(BlockException.class,
                () -> backend.read(512, ByteBuffer.allocate(SIZE - 1024)));
        assertEquals(ErrorKind.MISMATCH, failure.kind());
        assertEquals("blkverify: read offset=512 bytes=4193280 contents mismatch at offset 2097157", failure.problem());
    }

    @Test
    void failure_ofTheNodeUnderTestAlone_isAMismatch() throws IOException {
        BlockBackend backend = open();
        test.failOnce(Operation.WRITE, 0);
        assertEquals(ErrorKind.MISMATCH, assertThrows(BlockException.class,
                () -> backend.write(0, ByteBuffer.wrap(new byte[512]))).kind());
    }
}
