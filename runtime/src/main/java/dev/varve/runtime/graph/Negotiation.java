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
import java.util.List;
import java.util.Map;

/**
 * One negotiation of permissions after edges have changed: computes what each edge at and below the changed nodes will
 * use and share, refuses conflicts, lets every node that is concerned prepare, and takes effect as a whole or not at
 * all (QEMU's {@code bdrv_list_refresh_perms}). Under the graph's change lock.
 */
final class Negotiation {
    private final Map<Edge, Permissions> proposed = new IdentityHashMap<>();
    private final Map<NodeHandle, Permissions> cumulative = new IdentityHashMap<>();
    private final List<NodeHandle> order = new ArrayList<>();
    private final List<PermissionChange> prepared = new ArrayList<>();

    private Negotiation() {
    }

    /** Negotiates for nodes whose parents changed; afterwards either all of it holds, or nothing has changed. */
    static void run(Collection<NodeHandle> changed) throws IOException {
        prepare(changed).commit();
    }

    /** The first half of {@link #run}; to be followed by {@link #commit} or {@link #abort}. */
    static Negotiation prepare(Collection<NodeHandle> changed) throws IOException {
        Negotiation negotiation = new Negotiation();
        boolean done = false;
        try {
            for (NodeHandle node : Reachable.parentsFirst(changed)) {
                negotiation.propose(node);
            }
            for (NodeHandle node : negotiation.order) {
                negotiation.prepared.add(negotiation.prepareNode(node));
            }
            done = true;
        } finally {
            if (!done) {
                negotiation.abort();
            }
        }
        return negotiation;
    }

    private void propose(NodeHandle node) throws BlockException {
        List<Edge> parents = List.copyOf(node.parents());
        List<Permissions> wanted = parents.stream().map(this::proposalOf).toList();
        String conflict = PermissionTable.conflict(parents, wanted);
        if (!conflict.isEmpty()) {
            throw BlockException.locate(new BlockException(ErrorKind.PERMISSION, conflict), Operation.GRAPH_CHANGE,
                    node.name(), -1);
        }
        Permissions sum = Permissions.cumulative(wanted);
        if (node.settings().readOnly() && !PermissionTable.isUnchanging(sum)) {
            throw BlockException.locate(new BlockException(ErrorKind.READ_ONLY, "the node is read-only"),
                    Operation.GRAPH_CHANGE, node.name(), -1);
        }
        cumulative.put(node, sum);
        if (node.isOpen() && !sum.equals(node.permissions())) {
            order.add(node);
        }
        for (Edge edge : node.children()) {
            proposed.put(edge, edge.policy().forChild(sum, !node.settings().readOnly()));
        }
    }

    private Permissions proposalOf(Edge edge) {
        Permissions fresh = proposed.get(edge);
        return fresh == null ? edge.permissions() : fresh;
    }

    private PermissionChange prepareNode(NodeHandle node) throws IOException {
        Permissions sum = cumulative.getOrDefault(node, node.permissions());
        try {
            return node.isClosed() ? PermissionChange.NOTHING : node.node().preparePermissions(sum);
        } catch (IOException e) {
            throw node.located(e, Operation.GRAPH_CHANGE, -1);
        }
    }

    void commit() {
        proposed.forEach(Edge::permissions);
        cumulative.forEach(NodeHandle::permissions);
        prepared.forEach(PermissionChange::commit);
    }

    void abort() {
        for (int i = prepared.size() - 1; i >= 0; i--) {
            prepared.get(i).abort();
        }
    }
}
