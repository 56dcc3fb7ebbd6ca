// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A file or block device reached by the system calls of Linux. */
final class NativeFile implements HostFile {
    private static final int FALLBACK_ALIGNMENT = 4096;

    private final String path;
    // Becomes -1 when closed: a late request then fails instead of reaching whatever got the same descriptor next.
    private volatile int fd;
    private final boolean device;
    private final int requestAlignment;
    private final int memoryAlignment;
    private final int zeroAlignment;
    // Set when the file system has said so once; plain races cost a system call at most.
    private volatile boolean noZeroRange;
    private volatile boolean noPunchHole;
    private volatile boolean noDiscard;

    private NativeFile(String path, int fd, LinuxCalls.Stat stat, boolean direct) {
        this.path = path;
        this.fd = fd;
        this.device = stat.isBlockDevice();
        int block = device ? logicalBlock(fd) : 1;
        this.zeroAlignment = block;
        this.requestAlignment = direct ? powerOrFallback(Math.max(block, stat.directOffsetAlignment())) : 1;
        this.memoryAlignment = direct ? powerOrFallback(stat.directMemoryAlignment()) : 1;
    }

    private static int logicalBlock(int fd) {
        return powerOrFallback(LinuxCalls.logicalBlockSize(fd));
    }

    /** What the system did not tell, or told in an unusable way, is replaced by what suits every disk. */
    private static int powerOrFallback(int alignment) {
        return alignment > 1 && Integer.bitCount(alignment) == 1 ? alignment : FALLBACK_ALIGNMENT;
    }

    /** Opens what exists. */
    static NativeFile open(OpenRequest request) throws BlockException {
        String path = request.path();
        LinuxCalls.Stat named = stat(path);
        request.checkKind(named.isRegular(), named.isBlockDevice(), named.isDirectory());
        int flags = (request.writable() ? LinuxCalls.O_RDWR : LinuxCalls.O_RDONLY)
                | (request.direct() ? LinuxCalls.O_DIRECT : 0);
        return opened(request, LinuxCalls.open(path, flags, 0));
    }

    /** Opens a regular file for writing that is made if it does not exist; does not cut it. */
    static NativeFile create(String path) throws BlockException {
        OpenRequest request = new OpenRequest(path, true, false, false);
        return opened(request, LinuxCalls.open(path, LinuxCalls.O_RDWR | LinuxCalls.O_CREAT, 0644));
    }

    private static NativeFile opened(OpenRequest request, int fd) throws BlockException {
        String path = request.path();
        if (fd < 0) {
            boolean refusedDirect = request.direct() && -fd == Errno.EINVAL;
            throw refusedDirect
                    ? BlockException.unsupported("could not open '" + path + "': the file system has no direct I/O "
                            + "(cache.direct=on)")
                    : Errno.failure("open", path, fd);
        }
        try {
            // Again by the descriptor: the name may have been given to something else in between.
            LinuxCalls.Stat stat = LinuxCalls.fstat(fd);
            request.checkKind(stat.isRegular(), stat.isBlockDevice(), stat.isDirectory());
            return new NativeFile(path, fd, stat, request.direct());
        } catch (LinuxCalls.FailedCall e) {
            LinuxCalls.close(fd);
            throw Errno.failure("open", path, -e.errno());
        } catch (BlockException e) {
            LinuxCalls.close(fd);
            throw e;
        }
    }

    private static LinuxCalls.Stat stat(String path) throws BlockException {
        try {
            return LinuxCalls.stat(path);
        } catch (LinuxCalls.FailedCall e) {
            throw Errno.failure("open", path, -e.errno());
        }
    }

    private void check(String action, long result) throws BlockException {
        if (result < 0) {
            throw Errno.failure(action, path, result);
        }
    }

    /** The descriptor, -1 when closed. */
    int descriptor() {
        return fd;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean isDevice() {
        return device;
    }

    @Override
    public int requestAlignment() {
        return requestAlignment;
    }

    @Override
    public int memoryAlignment() {
        return memoryAlignment;
    }

    @Override
    public int zeroAlignment() {
        return zeroAlignment;
    }

    @Override
    public long length() throws BlockException {
        long length = LinuxCalls.lseek(fd, 0, LinuxCalls.SEEK_END);
        check("find the size of", length);
        return length;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws BlockException {
        MemorySegment memory = MemorySegment.ofBuffer(dst);
        long bytes = memory.byteSize();
        long done = LinuxCalls.pread(fd, memory, bytes, offset);
        if (done != bytes) {
            readRest(offset, memory, done);
        }
        dst.position(dst.limit());
    }

    private void readRest(long offset, MemorySegment memory, long firstResult) throws BlockException {
        check("read", firstResult);
        long done = firstResult;
        long last = firstResult;
        // A direct read that ends between blocks has met the end of the file; going on from there would be refused.
        while (last > 0 && done < memory.byteSize() && (done & (requestAlignment - 1)) == 0) {
            last = LinuxCalls.pread(fd, memory.asSlice(done), memory.byteSize() - done, offset + done);
            check("read", last);
            done += last;
        }
        memory.asSlice(done).fill((byte) 0);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws BlockException {
        MemorySegment memory = MemorySegment.ofBuffer(src);
        long bytes = memory.byteSize();
        long done = LinuxCalls.pwrite(fd, memory, bytes, offset);
        if (done != bytes) {
            writeRest(offset, memory, done);
        }
        src.position(src.limit());
    }

    private void writeRest(long offset, MemorySegment memory, long firstResult) throws BlockException {
        check("write", firstResult);
        long done = firstResult;
        while (done < memory.byteSize()) {
            long last = LinuxCalls.pwrite(fd, memory.asSlice(done), memory.byteSize() - done, offset + done);
            check("write", last);
            if (last == 0) {
                throw new BlockException(ErrorKind.IO,
                        "could not write '" + path + "': the system takes no more bytes");
            }
            done += last;
        }
    }

    @Override
    public void setLength(long length) throws BlockException {
        check("resize", LinuxCalls.ftruncate(fd, length));
    }

    @Override
    public boolean zeroRange(long offset, long bytes) throws BlockException {
        if (noZeroRange) {
            return false;
        }
        // A device refuses the mode that could grow it.
        int mode = LinuxCalls.FALLOC_ZERO_RANGE | (device ? LinuxCalls.FALLOC_KEEP_SIZE : 0);
        int result = LinuxCalls.fallocate(fd, mode, offset, bytes);
        if (Errno.isUnsupported(-result)) {
            noZeroRange = true;
        }
        return succeeded("write zeroes to", result);
    }

    @Override
    public boolean punchHole(long offset, long bytes) throws BlockException {
        if (noPunchHole) {
            return false;
        }
        int mode = LinuxCalls.FALLOC_PUNCH_HOLE | LinuxCalls.FALLOC_KEEP_SIZE;
        int result = LinuxCalls.fallocate(fd, mode, offset, bytes);
        if (Errno.isUnsupported(-result)) {
            noPunchHole = true;
        }
        return succeeded("punch a hole into", result);
    }

    @Override
    public boolean allocate(long offset, long bytes) throws BlockException {
        return succeeded("allocate space for", LinuxCalls.fallocate(fd, 0, offset, bytes));
    }

    @Override
    public boolean discard(long offset, long bytes) throws BlockException {
        if (!device) {
            return punchHole(offset, bytes);
        }
        if (noDiscard) {
            return false;
        }
        int result = LinuxCalls.discardBlocks(fd, offset, bytes);
        if (Errno.isUnsupported(-result)) {
            noDiscard = true;
        }
        return succeeded("discard a range of", result);
    }

    /** EINVAL is what some file systems answer to ranges or modes that they do not take. */
    private boolean succeeded(String action, int result) throws BlockException {
        if (Errno.isUnsupported(-result) || -result == Errno.EINVAL) {
            return false;
        }
        check(action, result);
        return true;
    }

    @Override
    public long nextData(long offset) {
        long result = LinuxCalls.lseek(fd, offset, LinuxCalls.SEEK_DATA);
        if (result == -Errno.ENXIO) {
            return NO_DATA;
        }
        return result < 0 ? UNKNOWN : result;
    }

    @Override
    public long nextHole(long offset) {
        long result = LinuxCalls.lseek(fd, offset, LinuxCalls.SEEK_HOLE);
        return result < 0 ? UNKNOWN : result;
    }

    @Override
    public void sync() throws BlockException {
        check("flush", LinuxCalls.fdatasync(fd));
    }

    @Override
    public long allocatedBytes() throws BlockException {
        try {
            return LinuxCalls.fstat(fd).allocatedBytes();
        } catch (LinuxCalls.FailedCall e) {
            throw Errno.failure("find the allocated size of", path, -e.errno());
        }
    }

    @Override
    public long changeStamp() throws BlockException {
        try {
            LinuxCalls.Stat stat = LinuxCalls.fstat(fd);
            return 31 * stat.bytes() + stat.modifiedNanos();
        } catch (LinuxCalls.FailedCall e) {
            throw Errno.failure("find the time of the last change of", path, -e.errno());
        }
    }

    @Override
    public Optional<LockBytes> locks() {
        return NativeLocks.of(this);
    }

    @Override
    public void close() throws BlockException {
        int last = fd;
        fd = -1;
        check("close", LinuxCalls.close(last));
    }
}
