// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import static dev.varve.api.block.Permission.CONSISTENT_READ;
import static dev.varve.api.block.Permission.RESIZE;
import static dev.varve.api.block.Permission.WRITE;
import static dev.varve.api.block.Permission.WRITE_UNCHANGED;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import java.util.EnumSet;
import java.util.Set;

/** Decides what an edge uses and shares, given what is used and shared of its parent. A pure function. */
@FunctionalInterface
public interface PermissionPolicy {
    /**
     * The permissions of an edge.
     *
     * @param ofParent what the edges above the parent use and share together
     * @param parentWritable false where the parent is read-only
     * @return what the edge uses and shares
     */
    Permissions forChild(Permissions ofParent, boolean parentWritable);

    /**
     * QEMU's default for the roles ({@code bdrv_default_perms}).
     *
     * @param roles the roles of the edge
     * @return the policy for a filter's child, for a backing file, or for storage
     */
    static PermissionPolicy forRoles(Set<ChildRole> roles) {
        if (roles.contains(ChildRole.FILTERED)) {
            return (ofParent, writable) -> ofParent;
        }
        if (roles.contains(ChildRole.COW)) {
            return (ofParent, writable) -> forBacking(ofParent);
        }
        boolean metadata = roles.contains(ChildRole.METADATA);
        boolean data = roles.contains(ChildRole.DATA);
        return (ofParent, writable) -> forStorage(ofParent, writable, metadata, data);
    }

    private static Permissions forBacking(Permissions ofParent) {
        EnumSet<Permission> used = EnumSet.noneOf(Permission.class);
        if (ofParent.uses(CONSISTENT_READ)) {
            used.add(CONSISTENT_READ);
        }
        EnumSet<Permission> shared = EnumSet.of(CONSISTENT_READ, WRITE_UNCHANGED);
        if (ofParent.shares(WRITE)) {
            shared.add(WRITE);
            shared.add(RESIZE);
        }
        return new Permissions(used, shared);
    }

    private static Permissions forStorage(Permissions ofParent, boolean writable, boolean metadata, boolean data) {
        EnumSet<Permission> used = EnumSet.noneOf(Permission.class);
        used.addAll(ofParent.used());
        EnumSet<Permission> shared = EnumSet.noneOf(Permission.class);
        shared.addAll(ofParent.shared());
        if (metadata) {
            used.add(CONSISTENT_READ);
            if (writable) {
                used.add(WRITE);
                used.add(RESIZE);
            }
            shared.remove(WRITE);
            shared.remove(RESIZE);
        }
        if (data && used.contains(WRITE)) {
            used.add(RESIZE);
        }
        if (data && shared.contains(WRITE)) {
            shared.add(RESIZE);
        }
        return new Permissions(used, shared);
    }
}
