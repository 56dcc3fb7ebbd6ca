// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.registry.DriverRegistry;
import java.io.IOException;
import java.util.Map;

/** A graph with the test drivers and no others. */
final class GraphFixture implements AutoCloseable {
    final RamDriver ram = new RamDriver();
    final Graph graph;

    GraphFixture(BlockDriver... more) {
        GraphSettings settings = GraphSettings.DEFAULT.withDriver(ram).withDriver(new LayerDriver());
        for (BlockDriver driver : more) {
            settings = settings.withDriver(driver);
        }
        graph = new Graph(settings, new DriverRegistry(), closed -> { });
    }

    /** A chain of layers l0 (the base) to l(n-1) over files f0 to f(n-1), each an own node; returns the top. */
    NodeName chain(int layers) throws IOException {
        NodeName top = null;
        for (int i = 0; i < layers; i++) {
            graph.add(new NodeDefinition(Map.of("driver", "ram", "node-name", "f" + i)));
            NodeDefinition layer = new NodeDefinition(Map.of("driver", "layer", "node-name", "l" + i, "file", "f" + i,
                    "read-only", i < layers - 1));
            top = graph.add(top == null ? layer : layer.with("backing", top.value()));
        }
        return top;
    }

    BlockBackend open(NodeName root) throws IOException {
        return graph.openBackend(root, Permissions.READ_WRITE);
    }

    @Override
    public void close() throws IOException {
        graph.close();
    }
}
