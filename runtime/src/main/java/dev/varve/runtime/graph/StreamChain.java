// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a chain that is streamed: from the top, which stays, down to the base, which stays below it, or to the
 * end. Immutable; holds as long as its links are held. Made under the change lock.
 *
 * @param top the layer that is written
 * @param base the layer that remains below, or null
 * @param links the edges from the top down to the base
 * @param layers the layers strictly between top and base
 * @param lowest the layer right above the base, or the last one; the top itself where nothing is in between
 */
record StreamChain(NodeHandle top, @Nullable NodeHandle base, List<Edge> links, List<NodeHandle> layers,
        NodeHandle lowest) {
    /** Copies the lists. */
    StreamChain {
        links = List.copyOf(links);
        layers = List.copyOf(layers);
    }

    static StreamChain of(NodeHandle named, @Nullable NodeHandle namedBase) throws BlockException {
        NodeHandle top = withoutFilters(named);
        if (top.backing() == null) {
            throw BlockException.invalidOption("node '" + top.name() + "' of driver '" + top.driver().name()
                    + "' cannot have a backing node: nothing can be streamed into it");
        }
        NodeHandle base = namedBase == null ? null : withoutFilters(namedBase);
        List<Edge> links = new ArrayList<>();
        List<NodeHandle> layers = new ArrayList<>();
        NodeHandle lowest = top;
        Edge down = top.backing();
        for (NodeHandle node = target(down); down != null && node != null; node = target(down)) {
            links.add(down);
            if (node == base) {
                return new StreamChain(top, base, links, layers, lowest);
            }
            if (!node.isFilter()) {
                layers.add(node);
                lowest = node;
            }
            down = node.isFilter() ? node.primary() : node.backing();
        }
        if (base != null) {
            throw notBelow(base.name(), top.name());
        }
        return new StreamChain(top, null, links, layers, lowest);
    }

    private static BlockException notBelow(NodeName base, NodeName top) {
        return new BlockException(ErrorKind.NOT_FOUND, "node '" + base + "' is not in the chain below '" + top + "'");
    }

    private static @Nullable NodeHandle target(@Nullable Edge edge) {
        return edge == null ? null : edge.target();
    }

    private static NodeHandle withoutFilters(NodeHandle named) throws BlockException {
        NodeHandle node = named;
        while (node.isFilter()) {
            Edge down = node.primary();
            if (down == null) {
                break;
            }
            node = down.attached();
        }
        return node;
    }

    /** The number of layers above the base, the top included. */
    int height() {
        return layers.size() + 1;
    }

    /** What the top gets as its backing node: the base, with the filters that stand on it, or nothing. */
    @Nullable NodeHandle remainder() {
        Edge edge = lowest.backing();
        return base == null || edge == null ? null : edge.target();
    }
}
