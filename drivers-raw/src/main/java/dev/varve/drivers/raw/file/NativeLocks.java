// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Linux' open-file-description locks: owned by an opening of a file, so two in one process exclude each other. */
final class NativeLocks implements LockBytes {
    private final IntSupplier fd;
    private final String path;

    private NativeLocks(IntSupplier fd, String path) {
        this.fd = fd;
        this.path = path;
    }

    /** The locks of an open file, empty where its file system has none. */
    static Optional<LockBytes> of(IntSupplier fd, String path) {
        return LinuxCalls.testLock(fd.getAsInt(), LinuxCalls.LOCK_READ, 0) < 0 ? Optional.empty()
                : Optional.of(new NativeLocks(fd, path));
    }

    @Override
    public void lock(int position) throws BlockException {
        int result = LinuxCalls.setLock(fd.getAsInt(), LinuxCalls.LOCK_READ, position);
        if (-result == Errno.EAGAIN || -result == Errno.EACCES) {
            throw new BlockException(ErrorKind.LOCKED, "could not lock byte " + position + " of '" + path
                    + "': it is locked exclusively by " + holder(position));
        }
        if (result < 0) {
            throw Errno.failure("lock byte " + position + " of", path, result);
        }
    }

    @Override
    public void unlock(int position) {
        LinuxCalls.setLock(fd.getAsInt(), LinuxCalls.LOCK_NONE, position);
    }

    @Override
    public boolean isLockedElsewhere(int position) throws BlockException {
        int result = LinuxCalls.testLock(fd.getAsInt(), LinuxCalls.LOCK_WRITE, position);
        if (result < 0) {
            throw Errno.failure("test a lock of", path, result);
        }
        return result == 1;
    }

    @Override
    public String holder(int position) {
        return LockHolder.find(fd.getAsInt(), position).orElse("another process");
    }
}
