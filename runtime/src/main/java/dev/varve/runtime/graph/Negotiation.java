// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.spi.PermissionChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One negotiation of permissions after edges have changed: computes what each edge at and below the changed nodes will
 * use and share, refuses conflicts, lets every node that is concerned prepare, and takes effect as a whole or not at
 * all (QEMU's {@code bdrv_list_refresh_perms}). Under the graph's change lock.
 */
final class Negotiation {
    /*
     * What an edge uses and shares follows from what its parent's edges do, so a change runs downwards and stops where
     * it makes no difference: attaching one more overlay to a long chain concerns a few nodes, not all. A node with
     * several parents may be computed more than once before the proposals settle; conflicts are looked for then.
     */
    private final Map<Edge, Permissions> proposed = new IdentityHashMap<>();
    private final Map<NodeHandle, Permissions> sums = new LinkedHashMap<>();
    private final List<PermissionChange> prepared = new ArrayList<>();

    private Negotiation() {
    }

    /** Negotiates for nodes that edges now lead to or from; afterwards all of it holds, or nothing has changed. */
    static void run(Collection<NodeHandle> changed) throws IOException {
        Negotiation negotiation = new Negotiation();
        negotiation.settle(changed);
        boolean done = false;
        try {
            negotiation.prepare();
            done = true;
        } finally {
            if (!done) {
                negotiation.abort();
            }
        }
        negotiation.commit();
    }

    private void settle(Collection<NodeHandle> changed) {
        Set<NodeHandle> queue = new LinkedHashSet<>(changed);
        while (!queue.isEmpty()) {
            NodeHandle node = queue.iterator().next();
            queue.remove(node);
            Permissions sum = sumOf(node.parents());
            sums.put(node, sum);
            for (Edge edge : node.children()) {
                Permissions proposal = PermissionTable.shared(
                        edge.policy().forChild(sum, !node.settings().readOnly()));
                if (!proposal.equals(proposalOf(edge))) {
                    proposed.put(edge, proposal);
                    NodeHandle child = edge.target();
                    if (child != null) {
                        queue.add(child);
                    }
                }
            }
        }
    }

    /** Most nodes have one parent: what it uses and shares is the sum. */
    private Permissions sumOf(List<Edge> parents) {
        return parents.size() == 1 ? proposalOf(parents.get(0))
                : PermissionTable.shared(Permissions.cumulative(parents.stream().map(this::proposalOf).toList()));
    }

    private Permissions proposalOf(Edge edge) {
        Permissions fresh = proposed.get(edge);
        return fresh == null ? edge.permissions() : fresh;
    }

    private void prepare() throws IOException {
        for (Map.Entry<NodeHandle, Permissions> entry : sums.entrySet()) {
            check(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<NodeHandle, Permissions> entry : sums.entrySet()) {
            NodeHandle node = entry.getKey();
            if (node.isOpen() && !node.isClosed() && !entry.getValue().equals(node.permissions())) {
                prepared.add(prepareNode(node, entry.getValue()));
            }
        }
    }

    private void check(NodeHandle node, Permissions sum) throws BlockException {
        List<Edge> parents = List.copyOf(node.parents());
        String conflict = parents.size() < 2 ? ""
                : PermissionTable.conflict(parents, parents.stream().map(this::proposalOf).toList());
        if (!conflict.isEmpty()) {
            throw BlockException.locate(new BlockException(ErrorKind.PERMISSION, conflict), Operation.GRAPH_CHANGE,
                    node.name(), -1);
        }
        if (node.settings().readOnly() && !PermissionTable.isUnchanging(sum)) {
            throw BlockException.locate(new BlockException(ErrorKind.READ_ONLY, "the node is read-only"),
                    Operation.GRAPH_CHANGE, node.name(), -1);
        }
    }

    private static PermissionChange prepareNode(NodeHandle node, Permissions sum) throws IOException {
        try {
            return node.node().preparePermissions(sum);
        } catch (IOException e) {
            throw node.located(e, Operation.GRAPH_CHANGE, -1);
        }
    }

    private void commit() {
        proposed.forEach(Edge::permissions);
        sums.forEach(NodeHandle::permissions);
        prepared.forEach(PermissionChange::commit);
    }

    private void abort() {
        for (int i = prepared.size() - 1; i >= 0; i--) {
            prepared.get(i).abort();
        }
    }
}
