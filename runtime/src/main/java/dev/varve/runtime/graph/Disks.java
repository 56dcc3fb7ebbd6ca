// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.graph.BlockGraph.Drained;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The backends of a graph, and the draining of their requests: the gates of the disks concerned are closed, which
 * waits for what is inside; then background work below them is stopped. Changed under the graph's change lock.
 */
final class Disks {
    private final List<Backend> backends = new CopyOnWriteArrayList<>();

    void add(Backend backend) {
        backends.add(backend);
    }

    void remove(Backend backend) {
        backends.remove(backend);
    }

    List<Backend> all() {
        return List.copyOf(backends);
    }

    /** The disks that have one of the nodes below them. */
    List<Backend> above(Collection<NodeHandle> nodes) {
        Set<NodeHandle> ancestors = Reachable.above(nodes);
        List<Backend> found = new ArrayList<>();
        for (Backend backend : backends) {
            NodeHandle root = backend.edge().target();
            if (root != null && ancestors.contains(root)) {
                found.add(backend);
            }
        }
        return found;
    }

    /** The open nodes of the disks, parents before their children. */
    static List<NodeHandle> nodes(List<Backend> disks) {
        List<NodeHandle> roots = new ArrayList<>();
        for (Backend disk : disks) {
            NodeHandle root = disk.edge().target();
            if (root != null && !root.isClosed()) {
                roots.add(root);
            }
        }
        return Reachable.parentsFirst(roots);
    }

    /** Drains the disks, whose nodes were these a moment ago; nests. */
    static Drained drain(List<Backend> disks, List<NodeHandle> waitedFor) {
        waitedFor.forEach(node -> node.node().drainWaiting(true));
        disks.forEach(disk -> disk.gate().close());
        waitedFor.forEach(node -> node.node().drainWaiting(false));
        List<NodeHandle> quiet = nodes(disks);
        quiet.forEach(node -> node.node().drainBegin());
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                for (int i = quiet.size() - 1; i >= 0; i--) {
                    if (!quiet.get(i).isClosed()) {
                        quiet.get(i).node().drainEnd();
                    }
                }
                disks.forEach(disk -> disk.gate().open());
            }
        };
    }
}
