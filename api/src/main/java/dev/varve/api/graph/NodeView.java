// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.spi.NodeKind;
import java.util.List;

/**
 * A node as it is at one moment.
 *
 * @param name its name
 * @param driver its driver's name
 * @param kind what it is
 * @param filename the name that would open its image again, or empty
 * @param size its virtual size in bytes
 * @param readOnly whether it is read-only
 * @param permissions what all of its parents use and share together
 * @param children its edges, in the order they were attached
 */
public record NodeView(NodeName name, String driver, NodeKind kind, String filename, long size, boolean readOnly,
        Permissions permissions, List<EdgeView> children) {
    /** Copies the list. */
    public NodeView {
        children = List.copyOf(children);
    }
}
