// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The system calls of 64-bit Linux that files and block devices need: the one place with native code. Like the
 * kernel, each returns a negative error number ({@link Errno}) where it fails; each is repeated on EINTR. The
 * constants are those of x86-64 and aarch64.
 *
 * <p>All functions are called through one method handle, because making one takes the virtual machine longer than a
 * short command may last. Both architectures pass up to six integers and pointers in registers of 64 bits, to functions
 * with a variable number of arguments too, ignore registers that a function has no parameter for, and leave the upper
 * half of an {@code int} undefined. The second argument is where buffers of callers go: as a segment, so that their
 * memory cannot be freed during the call.
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
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    private static final MemorySegment OPEN_AT = function("openat");
    private static final MemorySegment CLOSE = function("close");
    private static final MemorySegment PREAD = function("pread");
    private static final MemorySegment PWRITE = function("pwrite");
    private static final MemorySegment LSEEK = function("lseek");
    private static final MemorySegment FALLOCATE = function("fallocate");
    private static final MemorySegment FTRUNCATE = function("ftruncate");
    private static final MemorySegment FDATASYNC = function("fdatasync");
    private static final MemorySegment FCNTL = function("fcntl");
    private static final MemorySegment IOCTL = function("ioctl");
    private static final MemorySegment STATX = function("statx");
    private static final MemorySegment STRERROR = function("strerror");

    private static final MemorySegment NOTHING = MemorySegment.NULL;
    private static final MemorySegment SET_LOCK = MemorySegment.ofAddress(F_OFD_SETLK);
    private static final MemorySegment TEST_LOCK = MemorySegment.ofAddress(F_OFD_GETLK);

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

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

    /** Memory of a thread for what calls take and give: allocating it for each call would cost more than the call. */
    private static final class Scratch {
        /** Of the states that can be kept of a call, Linux has this one: it fills the structure. */
        private static final int ERRNO = 0;
        private static final int STRUCTURE = 64;
        private static final int PATH = 512;
        private static final int LONGEST_PATH = 4096;

        private final MemorySegment memory = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(PATH + LONGEST_PATH));
        private final MemorySegment callState = memory.asSlice(0, STRUCTURE);
        private final MemorySegment path = memory.asSlice(PATH, LONGEST_PATH);
        private final ByteBuffer bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        private final ByteBuffer structure =
                memory.asSlice(STRUCTURE, PATH - STRUCTURE).asByteBuffer().order(ByteOrder.nativeOrder());

        int errno() {
            return bytes.getInt(ERRNO);
        }

        long structureAddress() {
            return memory.address() + STRUCTURE;
        }

        /** Writes a name as C wants it; false if it is longer than the kernel takes, or ends early. */
        boolean putPath(String name) {
            byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
            if (encoded.length >= LONGEST_PATH || name.indexOf(0) >= 0) {
                return false;
            }
            bytes.put(PATH, encoded).put(PATH + encoded.length, (byte) 0);
            return true;
        }

        /** Calls once. */
        long call(MemorySegment function, long first, MemorySegment second, long third, long fourth, long fifth) {
            try {
                return (long) CALL.invokeExact(function, callState, first, second, third, fourth, fifth, 0L);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /** Calls a function that returns an {@code int}; what it returned, or the negative error number. */
        int callInt(MemorySegment function, long first, MemorySegment second, long third, long fourth) {
            int result = (int) call(function, first, second, third, fourth, 0);
            return result >= 0 ? result : -errno();
        }

        /** As {@link #callInt}, and once more as often as a signal interrupts it. */
        int repeatInt(MemorySegment function, long first, MemorySegment second, long third, long fourth) {
            int result;
            do {
                result = callInt(function, first, second, third, fourth);
            } while (result == -Errno.EINTR);
            return result;
        }

        /** The same of a function that returns a {@code long}. */
        long repeatLong(MemorySegment function, long first, MemorySegment second, long third, long fourth) {
            long result;
            do {
                result = call(function, first, second, third, fourth, 0);
                if (result < 0) {
                    result = -errno();
                }
            } while (result == -Errno.EINTR);
            return result;
        }
    }

    private static MemorySegment function(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    private static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException known ? known : new IllegalStateException(thrown);
    }

    /** Whether the kernel can be called. */
    static boolean work() {
        return SCRATCH.get().callInt(CLOSE, -1, NOTHING, 0, 0) == -Errno.EBADF;
    }

    /** The text of an error number. */
    static String text(int errno) {
        long text = SCRATCH.get().call(STRERROR, errno, NOTHING, 0, 0, 0);
        return MemorySegment.ofAddress(text).reinterpret(1024).getString(0);
    }

    /** Opens a file; returns its descriptor. */
    static int open(String path, int flags, int mode) {
        Scratch scratch = SCRATCH.get();
        return scratch.putPath(path)
                ? scratch.repeatInt(OPEN_AT, AT_FDCWD, scratch.path, flags | O_CLOEXEC, mode) : -Errno.ENAMETOOLONG;
    }

    /** Closes a descriptor, which is gone whatever the result is: never repeated. */
    static int close(int fd) {
        int result = SCRATCH.get().callInt(CLOSE, fd, NOTHING, 0, 0);
        return result == -Errno.EINTR ? 0 : result;
    }

    /** Reads; returns how many bytes, 0 at the end of the file. */
    static long pread(int fd, MemorySegment buffer, long bytes, long offset) {
        return SCRATCH.get().repeatLong(PREAD, fd, buffer, bytes, offset);
    }

    /** Writes; returns how many bytes. */
    static long pwrite(int fd, MemorySegment buffer, long bytes, long offset) {
        return SCRATCH.get().repeatLong(PWRITE, fd, buffer, bytes, offset);
    }

    /** Finds the end, data or a hole; moves the descriptor's own position, which nothing here relies on. */
    static long lseek(int fd, long offset, int whence) {
        return SCRATCH.get().repeatLong(LSEEK, fd, MemorySegment.ofAddress(offset), whence, 0);
    }

    /** Allocates, punches a hole or zeroes a range. */
    static int fallocate(int fd, int mode, long offset, long bytes) {
        return SCRATCH.get().repeatInt(FALLOCATE, fd, MemorySegment.ofAddress(mode), offset, bytes);
    }

    /** Sets the length of a file. */
    static int ftruncate(int fd, long length) {
        return SCRATCH.get().repeatInt(FTRUNCATE, fd, MemorySegment.ofAddress(length), 0, 0);
    }

    /** Brings data, and the metadata needed to read it back, to stable storage. */
    static int fdatasync(int fd) {
        return SCRATCH.get().repeatInt(FDATASYNC, fd, NOTHING, 0, 0);
    }

    /** Sets or removes an open-file-description lock on one byte without waiting. */
    static int setLock(int fd, short type, long position) {
        Scratch scratch = SCRATCH.get();
        putLock(scratch.structure, type, position);
        return scratch.callInt(FCNTL, fd, SET_LOCK, scratch.structureAddress(), 0);
    }

    /** Tells whether a lock of the type on one byte would be refused: 1 if so, 0 if not. */
    static int testLock(int fd, short type, long position) {
        Scratch scratch = SCRATCH.get();
        putLock(scratch.structure, type, position);
        int result = scratch.callInt(FCNTL, fd, TEST_LOCK, scratch.structureAddress(), 0);
        return result < 0 ? result : scratch.structure.getShort(0) == LOCK_NONE ? 0 : 1;
    }

    /** {@code struct flock}: type, whence, start, length, process. */
    private static void putLock(ByteBuffer lock, short type, long position) {
        lock.putLong(0, 0).putShort(0, type).putLong(8, position).putLong(16, 1).putLong(24, 0);
    }

    /** The logical block size of a block device. */
    static int logicalBlockSize(int fd) {
        Scratch scratch = SCRATCH.get();
        int result = ioctl(scratch, fd, BLKSSZGET);
        return result < 0 ? result : scratch.structure.getInt(0);
    }

    /** Discards a range of a block device. */
    static int discardBlocks(int fd, long offset, long bytes) {
        Scratch scratch = SCRATCH.get();
        scratch.structure.putLong(0, offset).putLong(8, bytes);
        return ioctl(scratch, fd, BLKDISCARD);
    }

    /** Neither of the calls that come here returns anything above 0. */
    private static int ioctl(Scratch scratch, int fd, long request) {
        return scratch.callInt(IOCTL, fd, MemorySegment.ofAddress(request), scratch.structureAddress(), 0);
    }

    /** What the system knows of an open file. */
    static Stat fstat(int fd) throws FailedCall {
        return statx(fd, "", AT_EMPTY_PATH);
    }

    /** What the system knows of a name. */
    static Stat stat(String path) throws FailedCall {
        return statx(AT_FDCWD, path, 0);
    }

    /** The structure of statx(2) is the same on all architectures, unlike that of fstat(2). */
    private static Stat statx(int fd, String path, int flags) throws FailedCall {
        int basicStats = 0x7ff;
        int directAlignment = 0x2000;
        Scratch scratch = SCRATCH.get();
        if (!scratch.putPath(path)) {
            throw new FailedCall(Errno.ENAMETOOLONG);
        }
        int result = (int) scratch.call(STATX, fd, scratch.path, flags, basicStats | directAlignment,
                scratch.structureAddress());
        if (result != 0) {
            throw new FailedCall(scratch.errno());
        }
        ByteBuffer found = scratch.structure;
        boolean aligned = (found.getInt(0) & directAlignment) != 0;
        long modified = found.getLong(112) * 1_000_000_000 + found.getInt(120);
        return new Stat(Short.toUnsignedInt(found.getShort(28)), found.getLong(40), found.getLong(48) * 512, modified,
                aligned ? found.getInt(152) : 0, aligned ? found.getInt(156) : 0);
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
