// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.NodeView;
import java.util.Optional;

/**
 * One line of a picture: a node below the edge that leads to it, or layers that are left out.
 *
 * @param column how far it is indented
 * @param parent the row of the node above it in the picture; -1 for the root
 * @param node the node; empty for layers that are left out
 * @param via the edge that leads to it; empty for the root and for layers that are left out
 * @param skipped how many layers are left out
 * @param repeated whether the node and what is below it were drawn before
 */
record GraphRow(int column, int parent, Optional<NodeView> node, Optional<EdgeView> via, int skipped,
        boolean repeated) {}
