// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.NodeView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Handles on the layers of a disk. All are opened before the first is used: each handle is a change of the graph, after
 * which every node below the next one asked is looked at anew.
 */
public final class LayerHandles implements AutoCloseable {
    private final List<BlockBackend> backends = new ArrayList<>();

    private LayerHandles() {
    }

    static LayerHandles open(BlockGraph graph, List<NodeView> layers, Permissions permissions) throws IOException {
        LayerHandles handles = new LayerHandles();
        try {
            for (NodeView layer : layers) {
                handles.backends.add(graph.openBackend(layer.name(), permissions));
            }
        } catch (IOException | RuntimeException e) {
            try {
                handles.close();
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
        return handles;
    }

    /**
     * The handles.
     *
     * @return in the order of the layers
     */
    public List<BlockBackend> backends() {
        return List.copyOf(backends);
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (BlockBackend backend : backends) {
            try {
                backend.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        backends.clear();
        if (first != null) {
            throw first;
        }
    }
}
