// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk and the graph that it alone is in.
 *
 * @param graph the graph
 * @param backend the disk
 */
record OpenDisk(BlockGraph graph, BlockBackend backend) implements AutoCloseable {
    static OpenDisk forReading(BlockLayer layer, Path top, GraphSettings settings) throws IOException {
        return open(layer, top, settings, true);
    }

    static OpenDisk forWriting(BlockLayer layer, Path top) throws IOException {
        return open(layer, top, GraphSettings.DEFAULT, false);
    }

    private static OpenDisk open(BlockLayer layer, Path top, GraphSettings settings, boolean readOnly)
            throws IOException {
        BlockGraph graph = layer.newGraph(settings);
        try {
            NodeName root = graph.add(layer.parseName(top.toString()).with("driver", "qcow2")
                    .with("read-only", readOnly));
            return new OpenDisk(graph,
                    graph.openBackend(root, readOnly ? Permissions.READ : Permissions.READ_WRITE));
        } catch (IOException | RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        graph.close();
    }
}
