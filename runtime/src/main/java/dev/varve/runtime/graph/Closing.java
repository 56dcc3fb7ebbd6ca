// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.Operation;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Closes nodes, parents before their children, in a loop. Goes on after a failure; the first one is thrown at the end
 * with the others suppressed. Under the graph's change lock with nothing in flight on the nodes.
 */
final class Closing {
    private final NodeTable nodes;
    private final Set<NodeHandle> loosened = new LinkedHashSet<>();
    private @Nullable IOException failure;

    private Closing(NodeTable nodes) {
        this.nodes = nodes;
    }

    /** Closes the nodes and those below them that nobody else uses and nobody added by name. */
    static void close(NodeTable nodes, Collection<NodeHandle> unused, String why) throws IOException {
        Closing closing = new Closing(nodes);
        ArrayDeque<NodeHandle> queue = new ArrayDeque<>(unused);
        while (!queue.isEmpty()) {
            NodeHandle node = queue.poll();
            if (!node.isClosed()) {
                queue.addAll(closing.closeOne(node, why));
            }
        }
        closing.loosen();
        if (closing.failure != null) {
            throw closing.failure;
        }
    }

    /** Closes one node and returns the children that nobody uses any more. */
    private List<NodeHandle> closeOne(NodeHandle node, String why) {
        if (node.isOpen()) {
            if (node.graph().inserted().holds(node)) {
                attempt(node, node::flush);
            }
            attempt(node, () -> node.node().close());
        }
        node.closedBecause(why);
        nodes.remove(node);
        List<NodeHandle> orphans = new ArrayList<>();
        for (Edge edge : node.children()) {
            NodeHandle child = edge.target();
            edge.retarget(null);
            if (child != null && child.parents().isEmpty() && !child.isKept()) {
                loosened.remove(child);
                orphans.add(child);
            } else if (child != null) {
                loosened.add(child);
            }
        }
        return orphans;
    }

    private void loosen() {
        loosened.removeIf(NodeHandle::isClosed);
        for (NodeHandle node : loosened) {
            attempt(node, () -> Negotiation.run(Set.of(node)));
        }
    }

    private void attempt(NodeHandle node, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            IOException located = node.located(e, Operation.CLOSE, -1);
            if (failure == null) {
                failure = located;
            } else {
                failure.addSuppressed(located);
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }
}
