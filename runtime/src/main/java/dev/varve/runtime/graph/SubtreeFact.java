// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A fact that holds for a node if it holds for the node itself and for everything below it: a medium is inserted,
 * nobody may change the content. Computed once a generation for each node, in a loop; afterwards one volatile load.
 */
final class SubtreeFact {
    private final Generation generation;
    private final int slot;
    private final Predicate<NodeHandle> ofNodeItself;
    private final LongAdder visits = new LongAdder();

    /**
     * A fact.
     *
     * @param generation of the graph
     * @param slot where each node remembers it
     * @param ofNodeItself the part that concerns one node alone
     */
    SubtreeFact(Generation generation, int slot, Predicate<NodeHandle> ofNodeItself) {
        this.generation = generation;
        this.slot = slot;
        this.ofNodeItself = ofNodeItself;
    }

    /** How many nodes have been asked so far. */
    long visits() {
        return visits.sum();
    }

    boolean holds(NodeHandle node) {
        long now = generation.current();
        long memo = node.memo(slot);
        return memo >>> 1 == now ? (memo & 1) != 0 : compute(node, now);
    }

    private boolean compute(NodeHandle top, long now) {
        ArrayDeque<NodeHandle> path = new ArrayDeque<>();
        path.push(top);
        while (!path.isEmpty()) {
            NodeHandle node = path.peek();
            NodeHandle unknown = firstUnknownChild(node, now);
            if (unknown == null) {
                path.pop();
                if (node.memo(slot) >>> 1 != now) {
                    node.memo(slot, now << 1 | (evaluate(node, now) ? 1 : 0));
                }
            } else {
                path.push(unknown);
            }
        }
        return (top.memo(slot) & 1) != 0;
    }

    private @Nullable NodeHandle firstUnknownChild(NodeHandle node, long now) {
        for (Edge edge : node.children()) {
            NodeHandle child = edge.target();
            if (child != null && child.memo(slot) >>> 1 != now) {
                return child;
            }
        }
        return null;
    }

    private boolean evaluate(NodeHandle node, long now) {
        visits.increment();
        if (!ofNodeItself.test(node)) {
            return false;
        }
        for (Edge edge : node.children()) {
            NodeHandle child = edge.target();
            if (child != null && child.memo(slot) != (now << 1 | 1)) {
                return false;
            }
        }
        return true;
    }
}
