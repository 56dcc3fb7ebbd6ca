// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.NodeName;

/**
 * Hears what nodes have to say that belongs to no request: tools print it. Called on the threads of requests, and must
 * not use the graph.
 */
public interface NodeObserver {
    /** Passes over everything. */
    NodeObserver NONE = new NodeObserver() {};

    /**
     * A node has something to tell.
     *
     * @param node which one
     * @param line one line without its end, as QEMU prints it to standard output
     */
    default void told(NodeName node, String line) {
        // Nobody listens.
    }

    /**
     * A node has found something after which nobody should go on: QEMU ends the program with status 1. The request
     * that led to it fails where this returns.
     *
     * @param node which one
     * @param line one line without its end, as QEMU prints it to standard error
     */
    default void stopped(NodeName node, String line) {
        // The request fails.
    }
}
