// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import java.util.concurrent.atomic.LongAdder;

/** What the nodes of one graph share: its generation, the facts memoised in it and its counters. Thread-safe. */
final class GraphState {
    /** How many facts a node remembers. */
    static final int FACTS = 2;

    private final Generation generation = new Generation();
    private final SubtreeFact inserted =
            new SubtreeFact(generation, 0, handle -> !handle.isClosed() && handle.node().isInserted());
    private final SubtreeFact frozen = new SubtreeFact(generation, 1, GraphState::isUnchanging);
    private final Collapsing collapsing;
    private final LongAdder requests = new LongAdder();
    private final LongAdder layerVisits = new LongAdder();

    /** The state of a new graph, whose chains are collapsed by {@code collapsing}. */
    GraphState(Collapsing collapsing) {
        this.collapsing = collapsing;
    }

    /**
     * Nobody changes the node's content. What a layer that nobody writes to does in its own storage (writing back what
     * it holds in memory) is no change: it keeps the permission for that as long as it is open for writing.
     */
    private static boolean isUnchanging(NodeHandle node) {
        if (PermissionTable.isUnchanging(node.permissions())) {
            return true;
        }
        for (Edge edge : node.parents()) {
            NodeHandle parent = edge.parentNode();
            boolean upkeep = edge.isStorage() && parent != null && PermissionTable.isUnchanging(parent.permissions());
            if (!upkeep && !PermissionTable.isUnchanging(edge.permissions())) {
                return false;
            }
        }
        return true;
    }

    Generation generation() {
        return generation;
    }

    SubtreeFact inserted() {
        return inserted;
    }

    SubtreeFact frozen() {
        return frozen;
    }

    Collapsing collapsing() {
        return collapsing;
    }

    LongAdder requests() {
        return requests;
    }

    void visitedLayers(int beyondFirst) {
        if (beyondFirst != 0) {
            layerVisits.add(beyondFirst);
        }
    }

    long layerVisits() {
        return layerVisits.sum();
    }
}
