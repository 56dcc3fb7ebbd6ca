// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.job.Job;
import dev.varve.api.job.StreamOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A graph of nodes and edges. Thread-safe. Each change takes the whole of its effect or none: the requests of the
 * disks concerned are drained, the graph is edited, permissions are negotiated, and the generation grows.
 */
public interface BlockGraph extends AutoCloseable {
    /**
     * Counts the changes: grows with each attach, detach and change of a medium or of permissions.
     *
     * @return facts about the graph that were computed in this generation still hold
     */
    long generation();

    /**
     * Opens a node with everything below it.
     *
     * @param definition the node, its children nested or named
     * @return the node's name, generated where the definition has none
     * @throws IOException if anything in it is wrong or cannot be opened; nothing stays open then
     */
    NodeName add(NodeDefinition definition) throws IOException;

    /**
     * Changes the graph: all of the edits, or none.
     *
     * @param change makes the edits; called once, with the disks' requests drained
     * @throws IOException if an edit or the permissions of the result are refused; nothing has changed then
     */
    void change(GraphChange change) throws IOException;

    /**
     * A user's handle on a node.
     *
     * @param root the node
     * @param permissions what the user needs and what others may do meanwhile
     * @return a handle; the user closes it
     * @throws IOException if the permissions conflict with other users'
     */
    BlockBackend openBackend(NodeName root, Permissions permissions) throws IOException;

    /**
     * Holds off new requests and waits for those under way, for every disk that any of the nodes belongs to. Nests.
     * The thread that holds the result must not issue requests to these disks.
     *
     * @param nodes names of nodes
     * @return closing it lets requests go on
     */
    Drained drain(Set<NodeName> nodes);

    /**
     * The nodes as they are now.
     *
     * @return a snapshot, parents before their children
     */
    List<NodeView> nodes();

    /**
     * What requests have cost since the graph was made.
     *
     * @return a snapshot
     */
    GraphCounters counters();

    /**
     * Starts to copy what a disk sees of its backing chain into its top, all of it or what lies above a base, while
     * the disk goes on being used. In the end the image names the base, or nothing, as its backing file, the graph
     * has it so, and layers that nobody uses any more are closed. Until then nobody may change the layers in between
     * or take them out of the chain. A job that was cancelled, that failed or that was killed with its process has
     * changed nothing that can be read; another one goes on where it stopped.
     *
     * @param top a node with a backing node, or a filter above one; it must be writable
     * @param options what to copy and how
     * @return the running job
     * @throws IOException if the top cannot be written, the base is not below it, another job holds a part of the
     *         chain, or somebody changes one of its layers
     */
    Job stream(NodeName top, StreamOptions options) throws IOException;

    /**
     * The jobs that have not ended.
     *
     * @return a snapshot, the oldest first
     */
    List<Job> jobs();

    /** Cancels jobs, drains, closes the backends that are still open, and closes nodes, parents before children. */
    @Override
    void close() throws IOException;

    /** The edits of one change. */
    @FunctionalInterface
    interface GraphChange {
        /**
         * Makes the edits.
         *
         * @param editor valid during the call
         * @throws IOException to give the change up
         */
        void apply(GraphEditor editor) throws IOException;
    }

    /** Holds requests off until it is closed. */
    interface Drained extends AutoCloseable {
        /** Lets requests go on. Closing again does nothing. */
        @Override
        void close();
    }
}
