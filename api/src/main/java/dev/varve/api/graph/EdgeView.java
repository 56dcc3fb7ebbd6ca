// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import java.util.Set;

/**
 * An edge as it is at one moment.
 *
 * @param name the child's name under its parent
 * @param roles what the child is for the parent
 * @param child the node below
 * @param permissions what the edge uses and shares
 */
public record EdgeView(String name, Set<ChildRole> roles, NodeName child, Permissions permissions) {
    /** Copies the set. */
    public EdgeView {
        roles = Set.copyOf(roles);
    }
}
