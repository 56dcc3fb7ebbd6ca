// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks over nodes and edges, each in a loop. Under the graph's change lock. */
final class Reachable {
    private Reachable() {
    }

    /** The nodes and everything below them. */
    static Set<NodeHandle> below(Collection<NodeHandle> roots) {
        Set<NodeHandle> seen = new LinkedHashSet<>(roots);
        ArrayDeque<NodeHandle> queue = new ArrayDeque<>(seen);
        while (!queue.isEmpty()) {
            for (Edge edge : queue.poll().children()) {
                NodeHandle child = edge.target();
                if (child != null && seen.add(child)) {
                    queue.add(child);
                }
            }
        }
        return seen;
    }

    /** The nodes and everything above them. */
    static Set<NodeHandle> above(Collection<NodeHandle> nodes) {
        Set<NodeHandle> seen = new LinkedHashSet<>(nodes);
        ArrayDeque<NodeHandle> queue = new ArrayDeque<>(seen);
        while (!queue.isEmpty()) {
            for (Edge edge : queue.poll().parents()) {
                NodeHandle parent = edge.parentNode();
                if (parent != null && seen.add(parent)) {
                    queue.add(parent);
                }
            }
        }
        return seen;
    }

    /** Everything at and below the nodes, each node after all of its parents that are among them. */
    static List<NodeHandle> parentsFirst(Collection<NodeHandle> roots) {
        Set<NodeHandle> all = below(roots);
        Map<NodeHandle, Integer> waitingFor = new HashMap<>();
        for (NodeHandle node : all) {
            for (Edge edge : node.children()) {
                NodeHandle child = edge.target();
                if (child != null) {
                    waitingFor.merge(child, 1, Integer::sum);
                }
            }
        }
        ArrayDeque<NodeHandle> queue = new ArrayDeque<>();
        for (NodeHandle node : all) {
            if (!waitingFor.containsKey(node)) {
                queue.add(node);
            }
        }
        List<NodeHandle> sorted = new ArrayList<>(all.size());
        while (!queue.isEmpty()) {
            NodeHandle node = queue.poll();
            sorted.add(node);
            for (Edge edge : node.children()) {
                NodeHandle child = edge.target();
                if (child != null && waitingFor.merge(child, -1, Integer::sum) == 0) {
                    queue.add(child);
                }
            }
        }
        return sorted;
    }
}
