// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;

/** The error numbers of Linux that make a difference here, and what they mean to a caller. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int ENODEV = 19;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;
    static final int ENOMEDIUM = 123;

    private Errno() {
    }

    /** The sort of failure that a number stands for. */
    static ErrorKind kind(int errno) {
        return switch (errno) {
            case ENOENT, ENOTDIR, ENODEV -> ErrorKind.NOT_FOUND;
            case EPERM, EACCES -> ErrorKind.PERMISSION;
            case EROFS -> ErrorKind.READ_ONLY;
            case ENOSPC, EDQUOT, EFBIG -> ErrorKind.NO_SPACE;
            case ENOMEDIUM, ENXIO -> ErrorKind.NO_MEDIUM;
            case EBADF -> ErrorKind.CLOSED;
            default -> ErrorKind.IO;
        };
    }

    /** Tells whether a file system says that it has no such operation. */
    static boolean isUnsupported(int errno) {
        return errno == EOPNOTSUPP || errno == ENOSYS || errno == ENOTTY || errno == ENODEV;
    }

    /** The exception for a call that returned a negative error number. */
    static BlockException failure(String action, String path, long result) {
        int errno = (int) -result;
        return new BlockException(kind(errno), "could not " + action + " '" + path + "': " + LinuxCalls.text(errno));
    }
}
