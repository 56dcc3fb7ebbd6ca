// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureChainWriterTest {
    private static final ChainPlan PLAN = new ChainPlan(9, 48L << 20, ChainShape.PIECES);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 9})
    void write_anyLength_readsAsThePatternByQemu(int layers) throws Exception {
        ChainPlan plan = PLAN.withLayers(layers);
        Path top = new FeatureChainWriter(plan).write(folder);
        Path raw = folder.resolve("raw");
        QemuTools.img("convert", "-f", "qcow2", "-O", "raw", top.toString(), raw.toString());
        assertEquals(-1, new DiskPattern(plan).firstDifference(ByteBuffer.wrap(Files.readAllBytes(raw)), 0));
    }

    @Test
    void write_severalLayers_areFoundCleanByQemu() throws Exception {
        new FeatureChainWriter(PLAN).write(folder);
        for (int layer = 1; layer < PLAN.layers(); layer++) {
            String found = QemuTools.img("check", "-f", "qcow2", folder.resolve(ChainPlan.fileName(layer)).toString());
            assertTrue(found.contains("No errors were found"), found);
        }
    }

    @Test
    void write_severalLayers_showEveryFeature() throws IOException {
        Path top = new FeatureChainWriter(PLAN).write(folder);
        Set<String> seen = new HashSet<>();
        BlockLayer layer = BlockLayer.load();
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            NodeName root = graph.add(layer.parseName(top.toString()).with("driver", "qcow2").with("read-only", true));
            try (BlockBackend disk = graph.openBackend(root, Permissions.READ)) {
                disk.extents(0, disk.size()).forEachRemaining((Extent extent) -> seen.add(extent.content() + " "
                        + (extent.allocated() ? "allocated" : "unallocated") + " "
                        + (extent.location().isPresent() ? "located" : "nowhere")));
                assertEquals(2, graph.nodes().stream().filter(node -> node.driver().equals("raw")).count()
                        + graph.nodes().stream().filter(node -> node.size() < PLAN.size()
                                && node.driver().equals("qcow2")).count(), "one raw base and one short layer");
            }
        }
        assertEquals(Set.of("DATA allocated located", "ZERO allocated located", "ZERO allocated nowhere",
                "ZERO unallocated nowhere"), seen);
    }

    @Test
    void construct_otherShape_isRefused() {
        ChainPlan scatter = new ChainPlan(3, 8L << 20, ChainShape.SCATTER);
        assertThrows(IllegalArgumentException.class, () -> new FeatureChainWriter(scatter));
    }
}
