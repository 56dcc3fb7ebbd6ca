// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.util.Optional;

/** Linux' open-file-description locks: owned by an opening of a file, so two in one process exclude each other. */
final class NativeLocks implements LockBytes {
    private final NativeFile file;

    private NativeLocks(NativeFile file) {
        this.file = file;
    }

    /** The locks of an open file, empty where its file system has none. */
    static Optional<LockBytes> of(NativeFile file) {
        return LinuxCalls.testLock(file.descriptor(), LinuxCalls.LOCK_READ, 0) < 0 ? Optional.empty()
                : Optional.of(new NativeLocks(file));
    }

    @Override
    public void lock(int position) throws BlockException {
        int result = LinuxCalls.setLock(file.descriptor(), LinuxCalls.LOCK_READ, position);
        if (-result == Errno.EAGAIN || -result == Errno.EACCES) {
            throw new BlockException(ErrorKind.LOCKED, "could not lock byte " + position + " of '" + file.path()
                    + "': it is locked exclusively by " + holder(position));
        }
        if (result < 0) {
            throw Errno.failure("lock byte " + position + " of", file.path(), result);
        }
    }

    @Override
    public void unlock(int position) {
        LinuxCalls.setLock(file.descriptor(), LinuxCalls.LOCK_NONE, position);
    }

    @Override
    public boolean isLockedElsewhere(int position) throws BlockException {
        int result = LinuxCalls.testLock(file.descriptor(), LinuxCalls.LOCK_WRITE, position);
        if (result < 0) {
            throw Errno.failure("test a lock of", file.path(), result);
        }
        return result == 1;
    }

    @Override
    public String holder(int position) {
        return LockHolder.find(file.descriptor(), position).orElse("another process");
    }
}
