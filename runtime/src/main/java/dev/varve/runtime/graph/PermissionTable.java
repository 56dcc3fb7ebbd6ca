// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the permissions of edges amount to. Pure functions but for what is shared. */
final class PermissionTable {
    /** One instance of each value: a long chain has few of them, and many edges. At most 256. */
    private static final Map<Permissions, Permissions> SHARED = new ConcurrentHashMap<>();

    private PermissionTable() {
    }

    /** The instance of equal permissions that all nodes and edges share. */
    static Permissions shared(Permissions permissions) {
        Permissions known = SHARED.putIfAbsent(permissions, permissions);
        return known == null ? permissions : known;
    }

    /** Whether nobody who uses the node that way can change its content or size. */
    static boolean isUnchanging(Permissions cumulative) {
        return !cumulative.uses(Permission.WRITE) && !cumulative.uses(Permission.WRITE_UNCHANGED)
                && !cumulative.uses(Permission.RESIZE);
    }

    /**
     * The first edge pair in which one uses what the other does not share, in words; empty where there is none.
     * Of several permissions the first in QEMU's order is named, so that a conflict always reads the same.
     */
    static String conflict(List<Edge> edges, List<Permissions> proposed) {
        for (int user = 0; user < edges.size(); user++) {
            for (int other = 0; other < edges.size(); other++) {
                if (user == other) {
                    continue;
                }
                for (Permission permission : Permission.values()) {
                    if (proposed.get(user).uses(permission) && !proposed.get(other).shares(permission)) {
                        return edges.get(user).describe() + " needs permission '" + permission.text() + "', which "
                                + edges.get(other).describe() + " does not share";
                    }
                }
            }
        }
        return "";
    }
}
