// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import java.util.List;
import java.util.Map;

/**
 * What a graph file defines, those that it includes with it.
 *
 * @param nodes in order; later ones may refer to earlier ones by node-name
 * @param objects definitions with {@code qom-type} and {@code id}, for {@link BlockLayer#withObjects}
 */
public record GraphDefinition(List<NodeDefinition> nodes, List<Map<String, Object>> objects) {
    /** Copies the lists. */
    public GraphDefinition {
        nodes = List.copyOf(nodes);
        objects = List.copyOf(objects);
    }
}
