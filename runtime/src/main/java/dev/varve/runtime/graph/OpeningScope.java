// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.graph.GraphSettings;
import dev.varve.runtime.config.DefinitionReader;
import dev.varve.runtime.registry.DriverLookup;

/**
 * What an opening works with.
 *
 * @param settings of the graph
 * @param drivers of the graph
 * @param state of the graph
 * @param nodes the open nodes
 */
record OpeningScope(GraphSettings settings, DriverLookup drivers, GraphState state, NodeTable nodes) {
    DefinitionReader reader() {
        return new DefinitionReader(drivers);
    }
}
