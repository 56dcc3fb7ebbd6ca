// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.spi.BlockNode;
import java.io.IOException;

/**
 * A graph with one disk open.
 *
 * @param graph the graph
 * @param backend the user's handle
 * @param node the root node itself, for rules about what the runtime calls
 */
record OpenDisk(BlockGraph graph, BlockBackend backend, BlockNode node) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        graph.close();
    }
}
