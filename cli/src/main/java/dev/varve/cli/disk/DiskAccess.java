// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a command needs of a disk.
 *
 * @param writable whether it writes
 * @param forceShare whether other processes may do anything with the image meanwhile
 * @param cache how the image is cached
 * @param discard whether discards reach the storage
 * @param backing whether the backing files are opened too
 */
public record DiskAccess(boolean writable, boolean forceShare, CacheMode cache, boolean discard, boolean backing) {
    /** Reads with the backing chain. */
    public static final DiskAccess READ = new DiskAccess(false, false, CacheMode.WRITEBACK, false, true);
    /** Reads and writes with the backing chain. */
    public static final DiskAccess WRITE = new DiskAccess(true, false, CacheMode.WRITEBACK, true, true);

    /**
     * This access with sharing forced or not.
     *
     * @param force whether others may do anything
     * @return a new access
     */
    public DiskAccess withForceShare(boolean force) {
        return new DiskAccess(writable, force, cache, discard, backing);
    }

    /**
     * This access with another cache mode.
     *
     * @param mode the mode
     * @return a new access
     */
    public DiskAccess withCache(CacheMode mode) {
        return new DiskAccess(writable, forceShare, mode, discard, backing);
    }

    /**
     * This access with or without discards.
     *
     * @param pass whether discards reach the storage
     * @return a new access
     */
    public DiskAccess withDiscard(boolean pass) {
        return new DiskAccess(writable, forceShare, cache, pass, backing);
    }

    /**
     * This access to the image alone.
     *
     * @return a new access
     */
    public DiskAccess withoutBacking() {
        return new DiskAccess(writable, forceShare, cache, discard, false);
    }

    /**
     * The permissions of the handle. As in QEMU's tools, whoever else has the disk open in this process may do
     * anything; other processes are held off by the image's own edges.
     *
     * @return what is used and shared
     */
    Permissions permissions() {
        Set<Permission> used = EnumSet.of(Permission.CONSISTENT_READ);
        if (writable) {
            used.add(Permission.WRITE);
            used.add(Permission.RESIZE);
        }
        return new Permissions(used, Permissions.ALL);
    }
}
