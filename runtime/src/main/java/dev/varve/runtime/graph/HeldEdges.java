// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/** The edges that jobs rely on (QEMU's frozen backing chains). Guarded by the graph's change lock. */
final class HeldEdges {
    private final Map<Edge, String> jobs = new IdentityHashMap<>();

    /** Refuses a change of an edge that a job relies on. */
    void refuse(Edge edge) throws BlockException {
        String job = jobs.get(edge);
        if (job != null) {
            throw new BlockException(ErrorKind.LOCKED, edge.describe() + " is held by job '" + job
                    + "', which streams through it");
        }
    }

    /** Lets a job rely on edges that no other job relies on. */
    void hold(Collection<Edge> edges, String job) {
        edges.forEach(edge -> jobs.put(edge, job));
    }

    /** Lets go of edges, of which those of another job stay held. */
    void letGo(Collection<Edge> edges, String job) {
        edges.forEach(edge -> jobs.remove(edge, job));
    }
}
