// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.memory;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.SupportedFlags;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;

/** A disk that lives as long as its node. */
final class MemoryNode extends ImageNode {
    private static final int PAGE = PageTable.PAGE_BYTES;
    private static final SupportedFlags FLAGS = new SupportedFlags(RequestFlags.FUA,
            RequestFlags.FUA.with(RequestFlags.MAY_UNMAP).with(RequestFlags.NO_FALLBACK));

    // Requests that grow the disk share the lock, setting the size owns it.
    private final StampedLock growth = new StampedLock();
    private final AtomicLong size;
    private final PageTable pages = new PageTable();

    MemoryNode(long size) {
        this.size = new AtomicLong(size);
    }

    @Override
    public long size() {
        return size.get();
    }

    @Override
    public SupportedFlags supportedFlags() {
        return FLAGS;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) {
        long position = offset;
        while (dst.hasRemaining()) {
            int inPage = (int) (position & PAGE - 1);
            int bytes = Math.min(PAGE - inPage, dst.remaining());
            byte[] page = pages.find(position / PAGE);
            if (page == null) {
                clear(dst, bytes);
            } else {
                synchronized (page) {
                    dst.put(page, inPage, bytes);
                }
            }
            position += bytes;
        }
    }

    private static void clear(ByteBuffer dst, int bytes) {
        int left = bytes;
        for (; left >= Long.BYTES; left -= Long.BYTES) {
            dst.putLong(0);
        }
        for (; left > 0; left--) {
            dst.put((byte) 0);
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws BlockException {
        long end = offset + src.remaining();
        if (end <= size.get()) {
            fill(offset, src);
            return;
        }
        long stamp = growth.readLock();
        try {
            fill(offset, src);
            size.accumulateAndGet(end, Math::max);
        } finally {
            growth.unlockRead(stamp);
        }
    }

    private void fill(long offset, ByteBuffer src) throws BlockException {
        long position = offset;
        while (src.hasRemaining()) {
            int inPage = (int) (position & PAGE - 1);
            int bytes = Math.min(PAGE - inPage, src.remaining());
            byte[] page = pageToFill(position / PAGE);
            synchronized (page) {
                src.get(page, inPage, bytes);
            }
            position += bytes;
        }
    }

    private byte[] pageToFill(long number) throws BlockException {
        try {
            return pages.findOrAdd(number);
        } catch (OutOfMemoryError e) {
            throw new BlockException(ErrorKind.NO_SPACE, "no memory is left for another page of " + PAGE + " bytes, "
                    + pages.count() + " are in use", e);
        }
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) {
        long end = offset + bytes;
        if (end <= size.get()) {
            free(offset, end);
            return;
        }
        long stamp = growth.readLock();
        try {
            free(offset, end);
            size.accumulateAndGet(end, Math::max);
        } finally {
            growth.unlockRead(stamp);
        }
    }

    @Override
    public void discard(long offset, long bytes) {
        free(offset, offset + bytes);
    }

    /** Lets whole pages go and clears the parts of others. */
    private void free(long start, long end) {
        long firstWhole = start / PAGE + (start % PAGE == 0 ? 0 : 1);
        long lastWhole = end / PAGE;
        if (firstWhole > lastWhole) {
            clearPart(start, end);
            return;
        }
        clearPart(start, firstWhole * PAGE);
        for (long page = pages.next(firstWhole, lastWhole); page < lastWhole; page = pages.next(page, lastWhole)) {
            pages.remove(page);
        }
        clearPart(lastWhole * PAGE, end);
    }

    private void clearPart(long start, long end) {
        byte[] page = start < end ? pages.find(start / PAGE) : null;
        if (page != null) {
            int from = (int) (start & PAGE - 1);
            synchronized (page) {
                Arrays.fill(page, from, from + (int) (end - start), (byte) 0);
            }
        }
    }

    @Override
    public void truncate(long newSize, Preallocation mode, RequestFlags flags) throws BlockException {
        if (mode != Preallocation.OFF) {
            throw BlockException.unsupported("preallocation mode '" + mode.text()
                    + "' does not exist for memory, allowed is off");
        }
        long stamp = growth.writeLock();
        try {
            long oldSize = size.get();
            size.set(newSize);
            if (newSize < oldSize) {
                free(newSize, oldSize);
            }
        } finally {
            growth.unlockWrite(stamp);
        }
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
        Optional<BlockStatus.Storage> storage = Optional.of(new BlockStatus.Storage(Optional.empty(), offset));
        long end = offset + bytes;
        long first = offset / PAGE;
        long behind = (end - 1) / PAGE + 1;
        if (pages.find(first) == null) {
            long next = pages.next(first, behind);
            return new BlockStatus.Zero((next == behind ? end : next * PAGE) - offset, storage);
        }
        long next = first + 1;
        while (next < behind && pages.find(next) != null) {
            next++;
        }
        return new BlockStatus.Data((next == behind ? end : next * PAGE) - offset, storage, false);
    }

    @Override
    public ImageInfo info() {
        return new ImageInfo("", size(), OptionalLong.of((long) pages.count() * PAGE), OptionalLong.empty(),
                Optional.empty(), false, Map.of());
    }

    @Override
    public void close() {
        // The garbage collector has the pages.
    }
}
