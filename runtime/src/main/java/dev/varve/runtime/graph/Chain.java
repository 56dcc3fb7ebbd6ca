// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a disk as they are in one generation, the active one first; filters stand between them and do not
 * count. Immutable.
 */
final class Chain {
    private final long generation;
    private final Map<String, Integer> depths;

    private Chain(long generation, Map<String, Integer> depths) {
        this.generation = generation;
        this.depths = depths;
    }

    static Chain below(@Nullable NodeHandle top, long generation) {
        Map<String, Integer> depths = new HashMap<>();
        int depth = 0;
        NodeHandle node = top;
        while (node != null) {
            depths.put(node.name().value(), depth);
            Edge backing = node.backing();
            Edge down = backing != null ? backing : node.isFilter() ? node.primary() : null;
            depth += backing != null ? 1 : 0;
            node = down == null ? null : down.target();
        }
        return new Chain(generation, Map.copyOf(depths));
    }

    boolean isOf(long current) {
        return generation == current;
    }

    /** How many layers lie above a node, or -1 for one that is not in the chain. */
    int depthOf(String node) {
        return depths.getOrDefault(node, -1);
    }
}
