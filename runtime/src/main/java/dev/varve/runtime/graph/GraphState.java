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

    private static boolean isUnchanging(NodeHandle node) {
        return PermissionTable.isUnchanging(node.permissions());
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
