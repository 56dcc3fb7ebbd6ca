// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** A format's bundle comes to a host that runs, and leaves it. */
class InstalledPluginIT {
    private static final Path BUNDLES = Path.of(System.getProperty("varve.bundles"));
    private static final Path VDI = Path.of(System.getProperty("varve.plugins")).resolve("varve-plugin-vdi.jar");

    @TempDir
    private Path folder;

    private static NodeName add(BlockGraph graph, Path image) throws IOException {
        return graph.add(new NodeDefinition(Map.of("driver", "vdi", "file",
                Map.of("driver", "file", "filename", image.toString()))));
    }

    private static byte[] read(BlockLayer layer, Path image) throws IOException {
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT);
                BlockBackend disk = graph.openBackend(add(graph, image), Permissions.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(3);
            disk.read(5 << 20, bytes);
            return bytes.array();
        }
    }

    private static void assertNoDriver(BlockLayer layer, Path image) {
        BlockException refusal = assertThrows(BlockException.class, () -> read(layer, image));
        assertTrue(refusal.getMessage().contains("vdi"), refusal.getMessage());
    }

    @Test
    void formatsBundle_installedIntoARunningHost_opensDisksUntilItLeaves() throws Exception {
        Path image = folder.resolve("disk.vdi");
        byte[] data = {7, 8, 9};
        try (BundleHost host = BundleHost.start(BUNDLES, folder.resolve("framework"))) {
            BlockLayer layer = host.blockLayer();
            assertNoDriver(layer, image);
            Bundle vdi = host.install(VDI);
            assertEquals(Bundle.ACTIVE, vdi.getState());
            layer.create(NewImage.of("vdi", image.toString(), 8 << 20));
            try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT);
                    BlockBackend disk = graph.openBackend(add(graph, image), Permissions.READ_WRITE)) {
                disk.write(5 << 20, ByteBuffer.wrap(data));
            }
            assertArrayEquals(data, read(layer, image));
            GraphSettings probing = GraphSettings.DEFAULT.withProbing();
            try (BlockGraph graph = layer.newGraph(probing)) {
                NodeName name = graph.add(layer.parseName(image.toString()).with("read-only", true));
                assertEquals("vdi", graph.nodes().stream().filter(node -> node.name().equals(name)).findFirst()
                        .orElseThrow().driver());
            }
            vdi.uninstall();
            assertNoDriver(layer, image);
            host.install(VDI);
            assertArrayEquals(data, read(layer, image));
        }
    }
}
