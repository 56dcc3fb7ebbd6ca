// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.text.SizeText;
import java.util.Locale;
import java.util.Set;

/** What pictures say of nodes and edges. */
final class Words {
    private Words() {
    }

    /** The size and the state of a node. */
    static String facts(NodeView node) {
        return SizeText.rounded(node.size()) + (node.readOnly() ? ", read-only" : "");
    }

    /** The roles of an edge, and what it uses and shares. */
    static String rights(EdgeView edge) {
        return roles(edge.roles()) + "; uses " + permissions(edge.permissions().used()) + "; shares "
                + permissions(edge.permissions().shared());
    }

    /** Roles in QEMU's order. */
    static String roles(Set<ChildRole> roles) {
        StringBuilder text = new StringBuilder();
        for (ChildRole role : ChildRole.values()) {
            if (roles.contains(role)) {
                text.append(text.isEmpty() ? "" : ", ").append(role.name().toLowerCase(Locale.ROOT));
            }
        }
        return text.toString();
    }

    /** Permissions in QEMU's order. */
    static String permissions(Set<Permission> permissions) {
        if (permissions.equals(Permissions.ALL)) {
            return "all";
        }
        StringBuilder text = new StringBuilder();
        for (Permission permission : Permission.values()) {
            if (permissions.contains(permission)) {
                text.append(text.isEmpty() ? "" : ", ").append(permission.text());
            }
        }
        return text.isEmpty() ? "nothing" : text.toString();
    }
}
