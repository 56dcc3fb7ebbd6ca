// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.NodeView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lays a graph out in rows. A chain runs down in one column, with the other children of each of its nodes indented
 * below the node; the middle of a long chain is left out. Not recursive: chains have thousands of layers.
 */
final class GraphRows {
    private static final int LONGEST = 8;
    private static final int KEPT = 3;

    private final Map<NodeName, NodeView> nodes = new HashMap<>();
    private final Set<NodeName> drawn = new HashSet<>();
    private final List<GraphRow> rows = new ArrayList<>();
    private final Deque<Chain> open = new ArrayDeque<>();
    private final boolean whole;

    /** A chain under construction: its links, and how far they are drawn. */
    private static final class Chain {
        private final List<Link> links;
        private final int column;
        private int next;
        private int lastRow;
        private List<EdgeView> pending = List.of();

        Chain(List<Link> links, int column, int parentRow) {
            this.links = links;
            this.column = column;
            this.lastRow = parentRow;
        }
    }

    private record Link(NodeView node, Optional<EdgeView> via) {}

    private GraphRows(List<NodeView> graph, boolean whole) {
        this.whole = whole;
        for (NodeView node : graph) {
            nodes.put(node.name(), node);
        }
    }

    /**
     * The rows of a graph.
     *
     * @param graph its nodes
     * @param root the node on top
     * @param whole whether long chains are drawn whole
     */
    static List<GraphRow> of(List<NodeView> graph, NodeName root, boolean whole) {
        GraphRows layout = new GraphRows(graph, whole);
        layout.push(root, Optional.empty(), 0, -1);
        while (!layout.open.isEmpty()) {
            layout.step(layout.open.peek());
        }
        return layout.rows;
    }

    private void push(NodeName top, Optional<EdgeView> via, int column, int parentRow) {
        List<Link> links = new ArrayList<>();
        Set<NodeName> inChain = new HashSet<>();
        NodeView node = nodes.get(top);
        Optional<EdgeView> edge = via;
        while (node != null && inChain.add(node.name())) {
            links.add(new Link(node, edge));
            EdgeView down = drawn.contains(node.name()) ? null : spine(node);
            edge = Optional.ofNullable(down);
            node = down == null ? null : nodes.get(down.child());
        }
        open.push(new Chain(links, column, parentRow));
    }

    /** The edge along which a chain goes on: to the backing file, or to what a filter filters. */
    private static @Nullable EdgeView spine(NodeView node) {
        for (EdgeView edge : node.children()) {
            if (edge.roles().contains(ChildRole.COW) || edge.roles().contains(ChildRole.FILTERED)) {
                return edge;
            }
        }
        return null;
    }

    private void step(Chain chain) {
        if (!chain.pending.isEmpty()) {
            EdgeView side = chain.pending.get(0);
            chain.pending = chain.pending.subList(1, chain.pending.size());
            push(side.child(), Optional.of(side), chain.column + 1, chain.lastRow);
        } else if (chain.next == chain.links.size()) {
            open.pop();
        } else if (!whole && chain.links.size() > LONGEST && chain.next == KEPT) {
            int skipped = chain.links.size() - 2 * KEPT;
            rows.add(new GraphRow(chain.column, chain.lastRow, Optional.empty(), Optional.empty(), skipped, false));
            chain.lastRow = rows.size() - 1;
            chain.next += skipped;
        } else {
            drawNext(chain);
        }
    }

    private void drawNext(Chain chain) {
        Link link = chain.links.get(chain.next++);
        boolean repeated = !drawn.add(link.node.name());
        rows.add(new GraphRow(chain.column, chain.lastRow, Optional.of(link.node), link.via, 0, repeated));
        chain.lastRow = rows.size() - 1;
        EdgeView down = spine(link.node);
        List<EdgeView> sides = new ArrayList<>();
        for (EdgeView edge : link.node.children()) {
            if (!repeated && !edge.equals(down)) {
                sides.add(edge);
            }
        }
        chain.pending = sides;
    }
}
