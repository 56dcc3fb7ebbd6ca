// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.GraphEditor;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The edits of one graph change. Edges move at once and are remembered; permissions are negotiated at the end for all
 * of it; nodes that are taken out are closed when nothing can fail any more. Under the graph's change lock, drained.
 */
final class Transaction implements GraphEditor {
    private final Graph graph;
    private final NodeTable nodes;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final Set<NodeHandle> changed = new LinkedHashSet<>();
    private final List<NodeHandle> added = new ArrayList<>();
    private final List<NodeHandle> removed = new ArrayList<>();
    private final List<NodeHandle> heirs = new ArrayList<>();

    Transaction(Graph graph, NodeTable nodes) {
        this.graph = graph;
        this.nodes = nodes;
    }

    @Override
    public NodeName add(NodeDefinition definition) throws IOException {
        NodeHandle node = graph.open(definition);
        added.add(node);
        return node.name();
    }

    @Override
    public void replace(NodeName node, NodeName by) throws IOException {
        replace(nodes.find(node), nodes.find(by));
    }

    private void replace(NodeHandle node, NodeHandle by) throws IOException {
        Set<NodeHandle> belowNew = Reachable.below(Set.of(by));
        for (Edge edge : List.copyOf(node.parents())) {
            NodeHandle parent = edge.parentNode();
            if (!edge.isOfJob() && (parent == null || !belowNew.contains(parent))) {
                edge.refuseHeld();
                retarget(edge, by);
            }
        }
        changed.add(node);
        changed.add(by);
    }

    @Override
    public void removeFilter(NodeName filter) throws IOException {
        NodeHandle node = nodes.find(filter);
        Edge down = node.primary();
        NodeHandle child = down == null ? null : down.target();
        if (!node.isFilter() || child == null) {
            throw BlockException.invalidOption("node '" + filter + "' of driver '" + node.driver().name()
                    + "' is not a filter");
        }
        replace(node, child);
        removed.add(node);
        if (node.isKept()) {
            heirs.add(child);
        }
    }

    @Override
    public void setBacking(NodeName overlay, Optional<NodeName> backing) throws IOException {
        NodeHandle node = nodes.find(overlay);
        Edge edge = node.backing();
        if (edge == null) {
            throw BlockException.invalidOption("node '" + overlay + "' of driver '" + node.driver().name()
                    + "' cannot have a backing node");
        }
        edge.refuseHeld();
        NodeHandle below = backing.isPresent() ? nodes.find(backing.get()) : null;
        if (below != null && Reachable.below(Set.of(below)).contains(node)) {
            throw BlockException.invalidOption("node '" + below.name() + "' reads from '" + overlay
                    + "' and cannot become its backing node");
        }
        NodeHandle before = edge.target();
        retarget(edge, below);
        changed.add(node);
        for (NodeHandle child : new NodeHandle[] {before, below}) {
            if (child != null) {
                changed.add(child);
            }
        }
    }

    @Override
    public void remove(NodeName name) throws IOException {
        NodeHandle node = nodes.find(name);
        if (!node.parents().isEmpty()) {
            throw BlockException.invalidOption("node '" + name + "' is in use by " + node.parents().get(0).describe());
        }
        removed.add(node);
    }

    private void retarget(Edge edge, @Nullable NodeHandle node) {
        NodeHandle before = edge.target();
        undo.push(() -> edge.retarget(before));
        edge.retarget(node);
    }

    /** Makes the edits hold, or takes them back and throws. Nodes that were taken out are closed at the end. */
    void commit() throws IOException {
        for (NodeHandle node : removed) {
            if (!node.parents().isEmpty()) {
                throw BlockException.invalidOption("node '" + node.name() + "' is still in use by "
                        + node.parents().get(0).describe());
            }
        }
        Negotiation.run(changed);
        added.forEach(NodeHandle::keep);
        heirs.forEach(NodeHandle::keep);
        Closing.close(nodes, removed, "the node was removed from the graph");
    }

    /** Takes the edits back. */
    void rollBack() throws IOException {
        undo.forEach(Runnable::run);
        Closing.close(nodes, added, "the graph change that added the node was given up");
    }
}
