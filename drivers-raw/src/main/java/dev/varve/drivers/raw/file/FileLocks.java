// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.spi.PermissionChange;
import java.util.EnumSet;

/**
 * Tells other processes what this opening of a file uses and does not share, in QEMU's way (its
 * {@code raw_handle_perm_lock}): byte 100 + i is locked while permission i is used, byte 200 + i while it is not
 * shared. Who wants to use i needs byte 200 + i unlocked by others, and who will not share i needs byte 100 + i. All
 * locks are shared ones; a conflict is found by asking whether an exclusive one could be had. Not thread-safe: called
 * under the graph's change lock.
 */
final class FileLocks {
    private static final int USED = 100;
    private static final int UNSHARED = 200;

    private final LockBytes bytes;
    private final String path;
    /** Read outside the change lock too. */
    private volatile Permissions held = Permissions.NONE;

    FileLocks(LockBytes bytes, String path) {
        this.bytes = bytes;
        this.path = path;
    }

    /** Whether others can neither write nor resize while this is held. Any thread. */
    boolean keepWritersOut() {
        Permissions now = held;
        return !now.shares(Permission.WRITE) && !now.shares(Permission.RESIZE);
    }

    /** Takes what the permissions need beyond what is held, and gives it back if somebody else is in the way. */
    PermissionChange prepare(Permissions wanted) throws BlockException {
        if (wanted.equals(held)) {
            return PermissionChange.NOTHING;
        }
        EnumSet<Permission> newUsed = EnumSet.noneOf(Permission.class);
        EnumSet<Permission> newUnshared = EnumSet.noneOf(Permission.class);
        try {
            lockNew(wanted, newUsed, newUnshared);
            checkOthers(wanted);
        } catch (BlockException e) {
            unlock(newUsed, newUnshared);
            throw e;
        }
        return new Change(wanted, newUsed, newUnshared);
    }

    /** Locks come before checks: of two that start at the same time, at least one sees the other. */
    private void lockNew(Permissions wanted, EnumSet<Permission> newUsed, EnumSet<Permission> newUnshared)
            throws BlockException {
        for (Permission permission : Permission.values()) {
            if (wanted.uses(permission) && !held.uses(permission)) {
                bytes.lock(USED + permission.ordinal());
                newUsed.add(permission);
            }
            if (!wanted.shares(permission) && held.shares(permission)) {
                bytes.lock(UNSHARED + permission.ordinal());
                newUnshared.add(permission);
            }
        }
    }

    private void checkOthers(Permissions wanted) throws BlockException {
        for (Permission permission : Permission.values()) {
            if (wanted.uses(permission)) {
                check(UNSHARED + permission.ordinal(), "", permission);
            }
            if (!wanted.shares(permission)) {
                check(USED + permission.ordinal(), "shared ", permission);
            }
        }
    }

    private void check(int position, String shared, Permission permission) throws BlockException {
        if (bytes.isLockedElsewhere(position)) {
            throw new BlockException(ErrorKind.LOCKED, "Failed to get " + shared + "\"" + permission.text()
                    + "\" lock: '" + path + "' is held by " + bytes.holder(position));
        }
    }

    private void unlock(EnumSet<Permission> used, EnumSet<Permission> unshared) {
        used.forEach(permission -> bytes.unlock(USED + permission.ordinal()));
        unshared.forEach(permission -> bytes.unlock(UNSHARED + permission.ordinal()));
    }

    private final class Change implements PermissionChange {
        private final Permissions wanted;
        private final EnumSet<Permission> newUsed;
        private final EnumSet<Permission> newUnshared;

        Change(Permissions wanted, EnumSet<Permission> newUsed, EnumSet<Permission> newUnshared) {
            this.wanted = wanted;
            this.newUsed = newUsed;
            this.newUnshared = newUnshared;
        }

        @Override
        public void commit() {
            EnumSet<Permission> unused = EnumSet.noneOf(Permission.class);
            EnumSet<Permission> shared = EnumSet.noneOf(Permission.class);
            for (Permission permission : Permission.values()) {
                if (held.uses(permission) && !wanted.uses(permission)) {
                    unused.add(permission);
                }
                if (!held.shares(permission) && wanted.shares(permission)) {
                    shared.add(permission);
                }
            }
            unlock(unused, shared);
            held = wanted;
        }

        @Override
        public void abort() {
            unlock(newUsed, newUnshared);
        }
    }
}
