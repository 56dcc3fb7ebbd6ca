// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls of 64-bit Linux that files and block devices need: the one place with native code. Like the
 * kernel, each returns a negative error number ({@link Errno}) where it fails; each is repeated on EINTR. The
 * constants are those of x86-64 and aarch64.
 */
@SuppressWarnings("restricted")
final class LinuxCalls {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_CLOEXEC = 02000000;
    static final int O_DIRECT = "aarch64".equals(System.getProperty("os.arch")) ? 0200000 : 040000;
    static final int FALLOC_KEEP_SIZE = 1;
    static final int FALLOC_PUNCH_HOLE = 2;
    static final int FALLOC_ZERO_RANGE = 0x10;
    static final int SEEK_END = 2;
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;
    static final short LOCK_READ = 0;
    static final short LOCK_WRITE = 1;
    static final short LOCK_NONE = 2;

    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final long BLKSSZGET = 0x1268;
    private static final long BLKDISCARD = 0x1277;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO_KEPT = Linker.Option.captureCallState("errno");
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final StructLayout FLOCK = MemoryLayout.structLayout(JAVA_SHORT.withName("l_type"),
            JAVA_SHORT.withName("l_whence"), MemoryLayout.paddingLayout(4), JAVA_LONG.withName("l_start"),
            JAVA_LONG.withName("l_len"), JAVA_INT.withName("l_pid"), MemoryLayout.paddingLayout(4));

    // A block of a few bytes a thread: allocating one for each call would cost more than the call.
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

    private static final MethodHandle OPEN = call("open", JAVA_INT, 2, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, 0, JAVA_INT);
    private static final MethodHandle PREAD = call("pread", JAVA_LONG, 0, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PWRITE = call("pwrite", JAVA_LONG, 0, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LSEEK = call("lseek", JAVA_LONG, 0, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FALLOCATE = call("fallocate", JAVA_INT, 0, JAVA_INT, JAVA_INT, JAVA_LONG,
            JAVA_LONG);
    private static final MethodHandle FTRUNCATE = call("ftruncate", JAVA_INT, 0, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FDATASYNC = call("fdatasync", JAVA_INT, 0, JAVA_INT);
    private static final MethodHandle FCNTL = call("fcntl", JAVA_INT, 2, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle IOCTL = call("ioctl", JAVA_INT, 2, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle STATX = call("statx", JAVA_INT, 0, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT,
            ADDRESS);
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private LinuxCalls() {
    }

    /** What {@link #fstat} and {@link #stat} tell; alignments are 0 where the kernel does not tell them. */
    record Stat(int mode, long bytes, long allocatedBytes, long modifiedNanos, int directMemoryAlignment,
            int directOffsetAlignment) {
        private static final int TYPE = 0170000;

        boolean isRegular() {
            return (mode & TYPE) == 0100000;
        }

        boolean isDirectory() {
            return (mode & TYPE) == 0040000;
        }

        boolean isBlockDevice() {
            return (mode & TYPE) == 0060000;
        }
    }

    private static MethodHandle call(String name, ValueLayout result, int fixed, MemoryLayout... parameters) {
        FunctionDescriptor type = FunctionDescriptor.of(result, parameters);
        MemorySegment function = LINKER.defaultLookup().findOrThrow(name);
        return fixed == 0 ? LINKER.downcallHandle(function, type, ERRNO_KEPT)
                : LINKER.downcallHandle(function, type, ERRNO_KEPT, Linker.Option.firstVariadicArg(fixed));
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException known ? known : new IllegalStateException(thrown);
    }

    /** The text of an error number. */
    static String text(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(1024).getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Opens a file; returns its descriptor. */
    static int open(String path, int flags, int mode) {
        MemorySegment state = STATE.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            while (true) {
                int result = (int) OPEN.invokeExact(state, name, flags | O_CLOEXEC, mode);
                if (result >= 0) {
                    return result;
                }
                if (errno(state) != Errno.EINTR) {
                    return -errno(state);
                }
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Closes a descriptor, which is gone whatever the result is: never repeated. */
    static int close(int fd) {
        MemorySegment state = STATE.get();
        try {
            int result = (int) CLOSE.invokeExact(state, fd);
            return result == 0 || errno(state) == Errno.EINTR ? 0 : -errno(state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Reads; returns how many bytes, 0 at the end of the file. */
    static long pread(int fd, MemorySegment buffer, long bytes, long offset) {
        MemorySegment state = STATE.get();
        try {
            while (true) {
                long result = (long) PREAD.invokeExact(state, fd, buffer, bytes, offset);
                if (result >= 0) {
                    return result;
                }
                if (errno(state) != Errno.EINTR) {
                    return -errno(state);
                }
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Writes; returns how many bytes. */
    static long pwrite(int fd, MemorySegment buffer, long bytes, long offset) {
        MemorySegment state = STATE.get();
        try {
            while (true) {
                long result = (long) PWRITE.invokeExact(state, fd, buffer, bytes, offset);
                if (result >= 0) {
                    return result;
                }
                if (errno(state) != Errno.EINTR) {
                    return -errno(state);
                }
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Finds the end, data or a hole; moves the descriptor's own position, which nothing here relies on. */
    static long lseek(int fd, long offset, int whence) {
        MemorySegment state = STATE.get();
        try {
            long result = (long) LSEEK.invokeExact(state, fd, offset, whence);
            return result >= 0 ? result : -errno(state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Allocates, punches a hole or zeroes a range. */
    static int fallocate(int fd, int mode, long offset, long bytes) {
        MemorySegment state = STATE.get();
        try {
            while (true) {
                int result = (int) FALLOCATE.invokeExact(state, fd, mode, offset, bytes);
                if (result == 0) {
                    return 0;
                }
                if (errno(state) != Errno.EINTR) {
                    return -errno(state);
                }
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets the length of a file. */
    static int ftruncate(int fd, long length) {
        MemorySegment state = STATE.get();
        try {
            while (true) {
                int result = (int) FTRUNCATE.invokeExact(state, fd, length);
                if (result == 0) {
                    return 0;
                }
                if (errno(state) != Errno.EINTR) {
                    return -errno(state);
                }
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Brings data, and the metadata needed to read it back, to stable storage. */
    static int fdatasync(int fd) {
        MemorySegment state = STATE.get();
        try {
            while (true) {
                int result = (int) FDATASYNC.invokeExact(state, fd);
                if (result == 0) {
                    return 0;
                }
                if (errno(state) != Errno.EINTR) {
                    return -errno(state);
                }
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets or removes an open-file-description lock on one byte without waiting. */
    static int setLock(int fd, short type, long position) {
        MemorySegment state = STATE.get();
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) FCNTL.invokeExact(state, fd, F_OFD_SETLK, lock(arena, type, position));
            return result == 0 ? 0 : -errno(state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Tells whether a lock of the type on one byte would be refused: 1 if so, 0 if not. */
    static int testLock(int fd, short type, long position) {
        MemorySegment state = STATE.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = lock(arena, type, position);
            int result = (int) FCNTL.invokeExact(state, fd, F_OFD_GETLK, lock);
            if (result != 0) {
                return -errno(state);
            }
            return lock.get(JAVA_SHORT, 0) == LOCK_NONE ? 0 : 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MemorySegment lock(Arena arena, short type, long position) {
        MemorySegment lock = arena.allocate(FLOCK);
        lock.set(JAVA_SHORT, FLOCK.byteOffset(MemoryLayout.PathElement.groupElement("l_type")), type);
        lock.set(JAVA_LONG, FLOCK.byteOffset(MemoryLayout.PathElement.groupElement("l_start")), position);
        lock.set(JAVA_LONG, FLOCK.byteOffset(MemoryLayout.PathElement.groupElement("l_len")), 1);
        return lock;
    }

    /** The logical block size of a block device. */
    static int logicalBlockSize(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_INT);
            int result = ioctl(fd, BLKSSZGET, size);
            return result == 0 ? size.get(JAVA_INT, 0) : result;
        }
    }

    /** Discards a range of a block device. */
    static int discardBlocks(int fd, long offset, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            return ioctl(fd, BLKDISCARD, arena.allocateFrom(JAVA_LONG, offset, bytes));
        }
    }

    private static int ioctl(int fd, long request, MemorySegment argument) {
        MemorySegment state = STATE.get();
        try {
            int result = (int) IOCTL.invokeExact(state, fd, request, argument);
            return result >= 0 ? 0 : -errno(state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** What the system knows of an open file. */
    static Stat fstat(int fd) throws FailedCall {
        try (Arena arena = Arena.ofConfined()) {
            return statx(arena, fd, arena.allocateFrom(""), AT_EMPTY_PATH);
        }
    }

    /** What the system knows of a name. */
    static Stat stat(String path) throws FailedCall {
        try (Arena arena = Arena.ofConfined()) {
            return statx(arena, AT_FDCWD, arena.allocateFrom(path), 0);
        }
    }

    /** The structure of statx(2) is the same on all architectures, unlike that of fstat(2). */
    private static Stat statx(Arena arena, int fd, MemorySegment path, int flags) throws FailedCall {
        int basicStats = 0x7ff;
        int directAlignment = 0x2000;
        MemorySegment buffer = arena.allocate(256, 8);
        MemorySegment state = STATE.get();
        int result;
        try {
            result = (int) STATX.invokeExact(state, fd, path, flags, basicStats | directAlignment, buffer);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (result != 0) {
            throw new FailedCall(errno(state));
        }
        boolean aligned = (buffer.get(JAVA_INT, 0) & directAlignment) != 0;
        long modified = buffer.get(JAVA_LONG, 112) * 1_000_000_000 + buffer.get(JAVA_INT, 120);
        return new Stat(Short.toUnsignedInt(buffer.get(JAVA_SHORT, 28)), buffer.get(JAVA_LONG, 40),
                buffer.get(JAVA_LONG, 48) * 512, modified,
                aligned ? buffer.get(JAVA_INT, 152) : 0, aligned ? buffer.get(JAVA_INT, 156) : 0);
    }

    /** A failed call whose result is a structure. */
    static final class FailedCall extends Exception {
        private static final long serialVersionUID = 1L;
        private final int errno;

        FailedCall(int errno) {
            super(null, null, false, false);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }
}
