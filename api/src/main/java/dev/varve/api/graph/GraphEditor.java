// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.NodeName;
import java.io.IOException;
import java.util.Optional;

/** The edits a {@link BlockGraph.GraphChange} can make. Confined to the call it is given to. */
public interface GraphEditor {
    /**
     * Opens a node with everything below it.
     *
     * @param definition the node, its children nested or named
     * @return the node's name
     * @throws IOException if it cannot be opened
     */
    NodeName add(NodeDefinition definition) throws IOException;

    /**
     * Lets every parent and backend of one node use another instead, except the other's own edges below it. With a
     * filter that was added with the node as its child, this puts the filter above the node.
     *
     * @param node whose parents move
     * @param by what they use from now on
     * @throws IOException if a node is unknown or a cycle would arise
     */
    void replace(NodeName node, NodeName by) throws IOException;

    /**
     * Takes a filter out: its parents use its child from now on, and it is closed.
     *
     * @param filter a node of a filter driver
     * @throws IOException if it is unknown or not a filter
     */
    void removeFilter(NodeName filter) throws IOException;

    /**
     * Sets the backing node of an overlay. The image's header is not changed.
     *
     * @param overlay a node that can have a backing file
     * @param backing the node, or empty for none
     * @throws IOException if a node is unknown or a cycle would arise
     */
    void setBacking(NodeName overlay, Optional<NodeName> backing) throws IOException;

    /**
     * Closes a node that nobody uses, and those below it that were opened for it alone.
     *
     * @param node the node
     * @throws IOException if it is unknown or in use
     */
    void remove(NodeName node) throws IOException;
}
