// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.OpenPurpose;
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
 * @param shareWrites whether others may write to the disk meanwhile; with forceShare they may in any case
 * @param purpose what the images are opened for
 */
public record DiskAccess(boolean writable, boolean forceShare, CacheMode cache, boolean discard, boolean backing,
        boolean shareWrites, OpenPurpose purpose) {
    /** Reads with the backing chain. */
    public static final DiskAccess READ = new DiskAccess(false, false, CacheMode.WRITEBACK, false, true, true,
            OpenPurpose.CONTENT);
    /** Reads and writes with the backing chain. */
    public static final DiskAccess WRITE = new DiskAccess(true, false, CacheMode.WRITEBACK, true, true, true,
            OpenPurpose.CONTENT);

    /**
     * This access with sharing forced or not.
     *
     * @param force whether others may do anything
     * @return a new access
     */
    public DiskAccess withForceShare(boolean force) {
        return new DiskAccess(writable, force, cache, discard, backing, shareWrites, purpose);
    }

    /**
     * This access with another cache mode.
     *
     * @param mode the mode
     * @return a new access
     */
    public DiskAccess withCache(CacheMode mode) {
        return new DiskAccess(writable, forceShare, mode, discard, backing, shareWrites, purpose);
    }

    /**
     * This access with or without discards.
     *
     * @param pass whether discards reach the storage
     * @return a new access
     */
    public DiskAccess withDiscard(boolean pass) {
        return new DiskAccess(writable, forceShare, cache, pass, backing, shareWrites, purpose);
    }

    /**
     * This access to the image alone.
     *
     * @return a new access
     */
    public DiskAccess withoutBacking() {
        return new DiskAccess(writable, forceShare, cache, discard, false, shareWrites, purpose);
    }

    /**
     * This access for another purpose.
     *
     * @param what what the images are opened for
     * @return a new access
     */
    public DiskAccess withPurpose(OpenPurpose what) {
        return new DiskAccess(writable, forceShare, cache, discard, backing, shareWrites, what);
    }

    /**
     * This access to a disk that nobody may change meanwhile (QEMU's {@code BDRV_O_NO_SHARE}).
     *
     * @return a new access
     */
    public DiskAccess withoutOtherWriters() {
        return new DiskAccess(writable, forceShare, cache, discard, backing, false, purpose);
    }

    /**
     * The permissions of the handle. As in QEMU's tools, whoever else has the disk open may do anything that the
     * image's own edges do not forbid, unless the command needs it to hold still. To resize takes a handle of its
     * own: {@link Disk#truncate}.
     *
     * @return what is used and shared
     */
    Permissions permissions() {
        Set<Permission> used = EnumSet.of(Permission.CONSISTENT_READ);
        if (writable) {
            used.add(Permission.WRITE);
        }
        return new Permissions(used, shareWrites ? Permissions.ALL : Permissions.READ.shared());
    }
}
