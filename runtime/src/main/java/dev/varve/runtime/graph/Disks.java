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
 * The roots of a graph, and the draining of their requests: the gates of the disks concerned are closed, which
 * waits for what is inside; then background work below them is stopped. Changed under the graph's change lock.
 */
final class Disks {
    private final List<DiskRoot> roots = new CopyOnWriteArrayList<>();

    void add(DiskRoot root) {
        roots.add(root);
    }

    void remove(DiskRoot root) {
        roots.remove(root);
    }

    List<DiskRoot> all() {
        return List.copyOf(roots);
    }

    /** The disks that have one of the nodes below them. */
    List<DiskRoot> above(Collection<NodeHandle> nodes) {
        Set<NodeHandle> ancestors = Reachable.above(nodes);
        List<DiskRoot> found = new ArrayList<>();
        for (DiskRoot root : roots) {
            NodeHandle node = root.edge().target();
            if (node != null && ancestors.contains(node)) {
                found.add(root);
            }
        }
        return found;
    }

    /** The open nodes of the disks, parents before their children. */
    static List<NodeHandle> nodes(List<DiskRoot> disks) {
        List<NodeHandle> roots = new ArrayList<>();
        for (DiskRoot disk : disks) {
            NodeHandle root = disk.edge().target();
            if (root != null && !root.isClosed()) {
                roots.add(root);
            }
        }
        return Reachable.parentsFirst(roots);
    }

    /** Drains the disks, whose nodes were these a moment ago; nests. */
    static Drained drain(List<DiskRoot> disks, List<NodeHandle> waitedFor) {
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
