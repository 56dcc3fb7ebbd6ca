// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.copyonread;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.DriverConformance;
import dev.varve.conformance.Trait;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.MemoryOverlay;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.DiskAssertions;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Above an overlay that holds nothing at first: every read copies. */
class CopyOnReadChainConformanceTest extends DriverConformance {
    private static final int SIZE = 1 << 20;

    @Override
    protected byte[] initialContent(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @Override
    protected NodeDefinition newImage(long size) {
        MemoryDisk backing = install(new MemoryDisk("backing", SparseContent.of(initialContent((int) size))));
        MemoryOverlay overlay = install(new MemoryOverlay("overlay", size));
        return copying(overlay.above(backing.definition().options()));
    }

    private static NodeDefinition copying(NodeDefinition child) {
        return new NodeDefinition(Map.of("driver", "copy-on-read", "file", child.options()));
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS, Trait.SHRINKS, Trait.OPENS_READ_ONLY));
    }

    @Test
    void read_ofTheWholeDisk_copiesItIntoTheActiveLayer() throws IOException {
        byte[] content = initialContent(SIZE);
        MemoryDisk backing = new MemoryDisk("backing", SparseContent.of(content));
        MemoryOverlay overlay = new MemoryOverlay("overlay", SIZE);
        GraphSettings settings = GraphSettings.DEFAULT.withDriver(backing).withDriver(overlay);
        try (BlockGraph graph = layer().newGraph(settings)) {
            NodeName node = graph.add(copying(overlay.above(backing.definition().options())));
            try (BlockBackend disk = graph.openBackend(node, Permissions.READ)) {
                DiskAssertions.assertContent(disk, content);
            }
        }
        assertEquals(SIZE / MemoryOverlay.CLUSTER, overlay.allocatedClusters());
        assertEquals(0, backing.openNodes());
    }
}
