// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an edge uses of the node below it and what it lets other edges use at the same time.
 *
 * @param used what this edge needs
 * @param shared what others may use while this edge exists
 */
public record Permissions(Set<Permission> used, Set<Permission> shared) {
    /** Every permission. */
    public static final Set<Permission> ALL = Set.of(Permission.values());
    /** Uses nothing and shares everything: an edge that has not been granted anything. */
    public static final Permissions NONE = new Permissions(Set.of(), ALL);
    /** A reader that tolerates one writer beside it. */
    public static final Permissions READ_SHARED = new Permissions(Set.of(Permission.CONSISTENT_READ), ALL);
    /** A reader that relies on nobody changing what it reads. */
    public static final Permissions READ = new Permissions(Set.of(Permission.CONSISTENT_READ),
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE_UNCHANGED));
    /** A reader and writer that tolerates other readers only. */
    public static final Permissions READ_WRITE = new Permissions(
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE, Permission.RESIZE),
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE_UNCHANGED));

    /** Copies the sets. */
    public Permissions {
        used = Set.copyOf(used);
        shared = Set.copyOf(shared);
    }

    /**
     * What several edges to one node amount to: the union of what they use, the intersection of what they share.
     *
     * @param edges the permissions of each edge, none for a node without parents
     * @return the cumulative permissions (QEMU's {@code bdrv_get_cumulative_perm})
     */
    public static Permissions cumulative(Collection<Permissions> edges) {
        EnumSet<Permission> used = EnumSet.noneOf(Permission.class);
        EnumSet<Permission> shared = EnumSet.allOf(Permission.class);
        for (Permissions edge : edges) {
            used.addAll(edge.used);
            shared.retainAll(edge.shared);
        }
        return new Permissions(used, shared);
    }

    /**
     * Tells whether the permission is used.
     *
     * @param permission one permission
     * @return true where the edge uses it
     */
    public boolean uses(Permission permission) {
        return used.contains(permission);
    }

    /**
     * Tells whether others may use the permission.
     *
     * @param permission one permission
     * @return true where the edge shares it
     */
    public boolean shares(Permission permission) {
        return shared.contains(permission);
    }

    /**
     * These permissions with more of them used.
     *
     * @param more permissions to add to the used ones
     * @return new permissions
     */
    public Permissions using(Permission... more) {
        EnumSet<Permission> set = EnumSet.noneOf(Permission.class);
        set.addAll(used);
        set.addAll(Arrays.asList(more));
        return new Permissions(set, shared);
    }

    /**
     * These permissions with fewer of them shared.
     *
     * @param fewer permissions to take from the shared ones
     * @return new permissions
     */
    public Permissions withoutSharing(Permission... fewer) {
        EnumSet<Permission> set = EnumSet.noneOf(Permission.class);
        set.addAll(shared);
        set.removeAll(Arrays.asList(fewer));
        return new Permissions(used, set);
    }

    // Written out, since a command compares these as it starts: what the compiler makes of a record is linked then.
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Permissions that && used.equals(that.used)
                && shared.equals(that.shared);
    }

    @Override
    public int hashCode() {
        return 31 * used.hashCode() + shared.hashCode();
    }
}
