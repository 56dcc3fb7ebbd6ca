// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/** The size of an open file and which of its ranges are allocated, and everything that changes them. Thread-safe. */
final class FileSpace {
    /*
     * The size is asked of the system once and followed from then on: the lock on the RESIZE permission keeps others
     * from changing it. Setting a length after looking at the length is not one step, and would cut off what a write
     * has appended in between: writes that grow the file share `growth`, all that set a length own it. Most files of a
     * long chain are only read, and never have it.
     */
    private final HostFile file;
    private final DataRuns runs;
    private volatile @Nullable StampedLock growth;
    private volatile long size;

    FileSpace(HostFile file) throws BlockException {
        this.file = file;
        this.runs = new DataRuns(file);
        this.size = file.length();
    }

    long size() {
        return size;
    }

    private StampedLock growth() {
        StampedLock known = growth;
        return known != null ? known : createGrowth();
    }

    private synchronized StampedLock createGrowth() {
        StampedLock known = growth;
        if (known == null) {
            known = new StampedLock();
            growth = known;
        }
        return known;
    }

    DataRuns runs() {
        return runs;
    }

    void write(long offset, ByteBuffer src) throws BlockException {
        long end = offset + src.remaining();
        if (end <= size || file.isDevice()) {
            BounceBuffers.write(file, offset, src);
            return;
        }
        StampedLock lock = growth();
        long stamp = lock.readLock();
        try {
            BounceBuffers.write(file, offset, src);
            growTo(end);
        } catch (BlockException e) {
            growTo(lengthAfter(e));
            throw e;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** The length after a failure: a part may have been done. */
    private long lengthAfter(BlockException failure) {
        try {
            return file.length();
        } catch (BlockException e) {
            failure.addSuppressed(e);
            return size;
        }
    }

    private synchronized void growTo(long end) {
        size = Math.max(size, end);
    }

    private synchronized void setSize(long known) {
        size = known;
    }

    /** Follows QEMU's {@code handle_aiocb_write_zeroes} and {@code handle_aiocb_write_zeroes_unmap}. */
    void writeZeroes(long offset, long bytes, RequestFlags flags) throws BlockException {
        long end = offset + bytes;
        try {
            if (end <= size || file.isDevice()) {
                zero(offset, bytes, flags);
                return;
            }
            StampedLock lock = growth();
            long stamp = lock.writeLock();
            try {
                zeroAndGrow(offset, end, flags);
                growTo(file.length());
            } catch (BlockException e) {
                growTo(lengthAfter(e));
                throw e;
            } finally {
                lock.unlockWrite(stamp);
            }
        } finally {
            runs.forget();
        }
    }

    private void zeroAndGrow(long offset, long end, RequestFlags flags) throws BlockException {
        if (!flags.has(RequestFlags.MAY_UNMAP) && file.zeroRange(offset, end - offset)) {
            return;
        }
        long length = file.length();
        if (offset < length) {
            zero(offset, Math.min(end, length) - offset, flags);
        }
        if (end > length) {
            file.setLength(end);
        }
    }

    private void zero(long offset, long bytes, RequestFlags flags) throws BlockException {
        if (flags.has(RequestFlags.MAY_UNMAP) && file.punchHole(offset, bytes)) {
            return;
        }
        // Zeroing a device's range in place may be the kernel writing zeroes: that is the fallback.
        boolean mayBeSlow = file.isDevice() && flags.has(RequestFlags.NO_FALLBACK);
        if (!mayBeSlow && file.zeroRange(offset, bytes)) {
            return;
        }
        // Not every file system that punches holes zeroes in place (tmpfs).
        if (!file.isDevice() && file.punchHole(offset, bytes)) {
            file.allocate(offset, bytes);
            return;
        }
        throw BlockException.unsupported("'" + file.path() + "' has no faster way to zero than writing zeroes");
    }

    void discard(long offset, long bytes) throws BlockException {
        try {
            long inside = Math.min(bytes, size - offset);
            if (inside > 0) {
                file.discard(offset, inside);
            }
        } finally {
            runs.forget();
        }
    }

    void truncate(long newSize, Preallocation mode) throws BlockException {
        if (file.isDevice()) {
            checkFixed(newSize);
            return;
        }
        StampedLock lock = growth();
        long stamp = lock.writeLock();
        try {
            resize(file.length(), newSize, mode);
            setSize(newSize);
        } catch (BlockException e) {
            setSize(lengthAfter(e));
            throw e;
        } finally {
            lock.unlockWrite(stamp);
            runs.forget();
        }
    }

    private void checkFixed(long newSize) throws BlockException {
        if (newSize != size) {
            throw BlockException.unsupported("cannot resize the device '" + file.path() + "' from " + size
                    + " to " + newSize + " bytes");
        }
    }

    private void resize(long oldSize, long newSize, Preallocation mode) throws BlockException {
        if (mode == Preallocation.METADATA) {
            throw BlockException.unsupported("preallocation mode 'metadata' does not exist for files, allowed are off, "
                    + "falloc and full");
        }
        if (mode == Preallocation.OFF || newSize == oldSize) {
            file.setLength(newSize);
            return;
        }
        if (newSize < oldSize) {
            throw BlockException.unsupported("preallocation mode '" + mode.text() + "' cannot be used for shrinking '"
                    + file.path() + "' from " + oldSize + " to " + newSize + " bytes");
        }
        try {
            preallocate(oldSize, newSize, mode);
        } catch (BlockException e) {
            restoreLength(oldSize, e);
            throw e;
        }
    }

    private void restoreLength(long oldSize, BlockException failure) {
        try {
            file.setLength(oldSize);
        } catch (BlockException e) {
            failure.addSuppressed(e);
        }
    }

    private void preallocate(long oldSize, long newSize, Preallocation mode) throws BlockException {
        if (mode == Preallocation.FULL) {
            writeFull(oldSize, newSize);
            file.sync();
        } else if (!file.allocate(oldSize, newSize - oldSize)) {
            throw BlockException.unsupported("'" + file.path() + "' has no preallocation mode 'falloc'");
        }
    }

    /** Past the page cache, only whole blocks can be written: the last one may stick out until the end. */
    private void writeFull(long oldSize, long newSize) throws BlockException {
        int block = file.requestAlignment();
        long position = oldSize + block - 1 & -block;
        file.setLength(newSize);
        ByteBuffer zeroes = BounceBuffers.take();
        try {
            zeroes.clear();
            while (zeroes.remaining() >= Long.BYTES) {
                zeroes.putLong(0);
            }
            while (position < newSize) {
                long rest = newSize - position + block - 1 & -block;
                zeroes.clear().limit((int) Math.min(zeroes.capacity(), rest));
                file.write(position, zeroes);
                position += zeroes.limit();
            }
        } finally {
            BounceBuffers.giveBack(zeroes);
        }
        file.setLength(newSize);
    }
}
