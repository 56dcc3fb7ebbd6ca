// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.ChainFilterNode.Counters;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.MemoryOverlay;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the index of three layers does when one of them changes, or leaves. */
class ChainChangesTest {
    private static final long MIB = 1 << 20;
    private static final long SIZE = 64 * MIB;
    private static final NodeName BASE = new NodeName("base");
    private static final NodeName MIDDLE = new NodeName("middle");
    private static final NodeName TOP = new NodeName("top");
    private static final Permissions COPYING = new Permissions(
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE_UNCHANGED), Permissions.ALL);

    private final byte[] content = new byte[(int) SIZE];
    private BlockGraph graph;

    private void open(GraphSettings settings, boolean collapse) throws IOException {
        new Random(1).nextBytes(content);
        MemoryDisk disk = new MemoryDisk("disk", SparseContent.of(content));
        MemoryOverlay lower = new MemoryOverlay("lower", SIZE);
        MemoryOverlay upper = new MemoryOverlay("upper", SIZE);
        graph = BlockLayer.load().newGraph(settings.withDriver(disk).withDriver(lower).withDriver(upper));
        graph.add(disk.definition().with("node-name", BASE.value()));
        graph.add(lower.above(BASE.value()).with("node-name", MIDDLE.value()));
        graph.add(upper.above(MIDDLE.value()).with("node-name", TOP.value()).with("chain-collapse", collapse));
    }

    @AfterEach
    void close() throws IOException {
        graph.close();
    }

    private BlockBackend reader() throws IOException {
        return graph.openBackend(TOP, Permissions.READ);
    }

    private Counters counters() {
        return graph.counters().chains();
    }

    private void readAll() throws IOException {
        try (BlockBackend disk = reader()) {
            ByteBuffer all = ByteBuffer.allocate((int) SIZE);
            disk.read(0, all);
            assertArrayEquals(content, all.array());
        }
    }

    @Test
    void read_ofAFrozenChain_goesThroughTheIndex() throws IOException {
        open(GraphSettings.DEFAULT, true);
        readAll();
        assertTrue(counters().builds() > 0, () -> counters().toString());
        assertEquals(0, graph.counters().layerVisits());
    }

    @Test
    void read_withCollapseOffOnTheNode_walks() throws IOException {
        open(GraphSettings.DEFAULT, false);
        readAll();
        assertTrue(graph.counters().layerVisits() > 0);
    }

    @Test
    void read_withCollapseOffOnTheGraph_walks() throws IOException {
        open(GraphSettings.DEFAULT.withoutChainCollapse(), true);
        readAll();
        assertEquals(Counters.NONE, counters());
        assertTrue(graph.counters().layerVisits() > 0);
    }

    @Test
    void read_whileALayerIsWritten_walks() throws IOException {
        open(GraphSettings.DEFAULT, true);
        try (BlockBackend copier = graph.openBackend(MIDDLE, COPYING)) {
            readAll();
            assertEquals(Counters.NONE, counters());
            assertEquals(SIZE, copier.size());
        }
        readAll();
        assertTrue(counters().builds() > 0);
    }

    @Test
    void layer_writtenInOnePlace_costsTheSpansThere() throws IOException {
        open(GraphSettings.DEFAULT, true);
        readAll();
        long all = counters().layerScans();
        copyUp(40 * MIB, 8192);
        readAll();
        // One of the two spans of the disk.
        assertEquals(all / 2, counters().layerScans() - all);
        try (BlockBackend disk = reader()) {
            List<Extent> extents = new ArrayList<>();
            disk.extents(40 * MIB - 4096, 16384).forEachRemaining(extents::add);
            assertEquals(List.of(BASE, MIDDLE, BASE), extents.stream().map(Extent::node).toList());
        }
    }

    private void copyUp(long offset, int bytes) throws IOException {
        try (BlockBackend copier = graph.openBackend(MIDDLE, COPYING)) {
            ByteBuffer data = ByteBuffer.wrap(content, (int) offset, bytes);
            copier.write(offset, data, RequestFlags.WRITE_UNCHANGED);
        }
    }

    @Test
    void layer_takenOut_isAskedNoMore() throws IOException {
        open(GraphSettings.DEFAULT, true);
        readAll();
        graph.change(editor -> editor.setBacking(TOP, Optional.of(BASE)));
        readAll();
        try (BlockBackend disk = reader()) {
            Extent extent = disk.extents(0, SIZE).next();
            assertEquals(BASE, extent.node());
            assertEquals(1, extent.depth());
            assertEquals(SIZE, extent.bytes());
        }
    }

    @Test
    void filter_ofConfiguration_servesItsOwnIndex() throws IOException {
        open(GraphSettings.DEFAULT.withoutChainCollapse(), true);
        NodeName filter = graph.add(new NodeDefinition(Map.of("driver", "chain-collapse", "file",
                TOP.value(), "prefetch", true)));
        try (BlockBackend disk = graph.openBackend(filter, Permissions.READ)) {
            disk.read(5 * MIB, ByteBuffer.allocate(1));
            long scans = counters().layerScans();
            disk.read(6 * MIB, ByteBuffer.allocate(1));
            assertEquals(scans, counters().layerScans());
            assertTrue(scans > 0);
        }
    }

    @Test
    void closedGraph_holdsNothingOfTheBudget() throws IOException {
        long before = IndexBudget.OF_PROCESS.used();
        open(GraphSettings.DEFAULT, true);
        readAll();
        assertTrue(IndexBudget.OF_PROCESS.used() > before);
        graph.close();
        assertEquals(before, IndexBudget.OF_PROCESS.used());
    }
}
