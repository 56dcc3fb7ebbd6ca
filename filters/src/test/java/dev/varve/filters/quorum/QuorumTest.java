// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.varve.api.spi.NodeReport;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuorumTest {
    private static final int SIZE = 1 << 20;

    private final List<FaultyDisk> disks = new ArrayList<>();
    private final List<NodeReport> reports = new ArrayList<>();
    private BlockGraph graph;

    private BlockBackend open(int children, Object... options) throws IOException {
        GraphSettings settings = GraphSettings.DEFAULT.withReports(reports::add);
        Map<String, Object> definition = new LinkedHashMap<>(Map.of("driver", "quorum", "vote-threshold", 2L));
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            FaultyDisk disk = new FaultyDisk("disk-" + i, SparseContent.ofSize(SIZE));
            disks.add(disk);
            settings = settings.withDriver(disk);
            list.add(disk.definition().with("node-name", "copy" + i).options());
        }
        definition.put("children", list);
        for (int i = 0; i < options.length; i += 2) {
            definition.put((String) options[i], options[i + 1]);
        }
        graph = BlockLayer.load().newGraph(settings);
        NodeName node = graph.add(new NodeDefinition(definition));
        return graph.openBackend(node, Permissions.READ_WRITE);
    }

    @AfterEach
    void close() throws IOException {
        if (graph != null) {
            graph.close();
        }
    }

    private void spoil(int child, int offset, int value) {
        disks.get(child).content().write(offset, ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    private static byte byteAt(BlockBackend backend, int offset) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(512);
        backend.read(offset / 512 * 512, read);
        return read.get(offset % 512);
    }

    @Test
    void write_reachesEveryChild() throws IOException {
        open(3).write(700, ByteBuffer.wrap(new byte[] {7}));
        for (FaultyDisk disk : disks) {
            assertEquals(7, disk.content().toByteArray()[700]);
        }
    }

    @Test
    void read_whereOneChildDiffers_isTheMajorityAndTold() throws IOException {
        BlockBackend backend = open(3);
        spoil(0, 1030, 5);
        assertEquals(0, byteAt(backend, 1030));
        assertEquals(List.of(new NodeReport(reports.get(0).node(), "QUORUM_REPORT_BAD", Map.of("type", "read",
                "node-name", "copy0", "sector-num", 2L, "sectors-count", 1L))), reports);
        assertEquals(5, disks.get(0).content().toByteArray()[1030], "nothing may be rewritten unasked");
    }

    @Test
    void read_whereOneChildDiffersAndRewriteIsOn_mendsIt() throws IOException {
        BlockBackend backend = open(3, "rewrite-corrupted", true);
        spoil(2, 1030, 5);
        assertEquals(0, byteAt(backend, 1030));
        assertEquals(0, disks.get(2).content().toByteArray()[1030]);
    }

    @Test
    void read_whereAllDiffer_failsAndIsTold() throws IOException {
        BlockBackend backend = open(3);
        spoil(0, 10, 5);
        spoil(1, 10, 6);
        assertEquals(ErrorKind.IO, assertThrows(BlockException.class, () -> byteAt(backend, 10)).kind());
        assertEquals(List.of("QUORUM_FAILURE"), reports.stream().map(NodeReport::event).toList());
    }

    @Test
    void read_whereOneChildFails_succeeds() throws IOException {
        BlockBackend backend = open(3);
        disks.get(0).failFrom(Operation.READ, 0);
        assertEquals(0, byteAt(backend, 10));
        assertEquals("copy0", reports.get(0).data().get("node-name"));
        assertTrue(String.valueOf(reports.get(0).data().get("error")).contains("on purpose"), reports.toString());
    }

    @Test
    void read_whereTwoOfThreeFail_fails() throws IOException {
        BlockBackend backend = open(3);
        disks.get(0).failFrom(Operation.READ, 0);
        disks.get(2).failFrom(Operation.READ, 0);
        assertEquals(ErrorKind.IO, assertThrows(BlockException.class, () -> byteAt(backend, 10)).kind());
    }

    @Test
    void write_whereOneChildFails_succeeds() throws IOException {
        BlockBackend backend = open(3);
        disks.get(1).failFrom(Operation.WRITE, 0);
        backend.write(0, ByteBuffer.wrap(new byte[512]));
        assertEquals("write", reports.get(0).data().get("type"));
    }

    @Test
    void write_whereTwoChildrenFail_fails() throws IOException {
        BlockBackend backend = open(3);
        disks.get(1).failFrom(Operation.WRITE, 0);
        disks.get(2).failFrom(Operation.WRITE, 0);
        assertThrows(BlockException.class, () -> backend.write(0, ByteBuffer.wrap(new byte[512])));
    }

    @Test
    void flush_whereTwoChildrenFail_fails() throws IOException {
        BlockBackend backend = open(3);
        backend.write(0, ByteBuffer.wrap(new byte[512]));
        disks.get(0).failFrom(Operation.FLUSH, 0);
        backend.flush();
        backend.write(0, ByteBuffer.wrap(new byte[512]));
        disks.get(1).failFrom(Operation.FLUSH, 0);
        assertThrows(BlockException.class, backend::flush);
        disks.forEach(FaultyDisk::repair);
    }

    @Test
    void fifo_whereTheFirstChildFails_asksTheNext() throws IOException {
        BlockBackend backend = open(3, "read-pattern", "fifo");
        spoil(0, 10, 5);
        assertEquals(5, byteAt(backend, 10), "the first child's answer counts");
        disks.get(0).failFrom(Operation.READ, 0);
        assertEquals(0, byteAt(backend, 10));
    }

    @Test
    void blkverify_whereChildrenDiffer_isAMismatchWithItsPlace() throws IOException {
        BlockBackend backend = open(2, "blkverify", true);
        spoil(1, 1030, 5);
        BlockException failure = assertThrows(BlockException.class, () -> backend.read(512, ByteBuffer.allocate(1024)));
        assertEquals(ErrorKind.MISMATCH, failure.kind());
        assertEquals("quorum: offset=512 bytes=1024 contents mismatch at offset 1030", failure.problem());
    }

    @Test
    void options_thatContradict_areRefused() {
        assertRefused("blkverify=on can only be set", 3, "blkverify", true);
        assertRefused("cannot be used with blkverify", 2, "blkverify", true, "rewrite-corrupted", true);
        assertRefused("allowed is 1 to 2", 2, "vote-threshold", 3L);
        assertRefused("1 or more", 0);
        assertRefused("at least 1", 1, "vote-threshold", 0L);
    }

    private void assertRefused(String text, int children, Object... options) {
        BlockException refusal = assertThrows(BlockException.class, () -> open(children, options));
        assertEquals(ErrorKind.INVALID_OPTION, refusal.kind());
        assertTrue(refusal.problem().contains(text) || refusal.problem().contains("1 to"), refusal.problem());
    }

    @Test
    void child_thatIsANodeOfTheGraph_isUsed() throws IOException {
        FaultyDisk disk = new FaultyDisk("one", SparseContent.ofSize(SIZE));
        graph = BlockLayer.load().newGraph(GraphSettings.DEFAULT.withDriver(disk));
        graph.add(disk.definition().with("node-name", "named"));
        NodeName node = graph.add(new NodeDefinition(Map.of("driver", "quorum", "vote-threshold", 1L, "children",
                List.of("named"))));
        try (BlockBackend backend = graph.openBackend(node, Permissions.READ)) {
            assertEquals(SIZE, backend.size());
        }
    }
}
