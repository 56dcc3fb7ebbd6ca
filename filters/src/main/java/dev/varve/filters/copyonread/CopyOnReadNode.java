// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.copyonread;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.SpiLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Reads, and writes into the child what came from below its active layer, in whole clusters of the child.
 */
final class CopyOnReadNode extends FilterNode {
    /*
     * A copy writes what it has read a moment before. A guest's write in between would be undone, so copies exclude
     * writes: writes share `contentLock`, a copy holds it alone and looks again at what is allocated once it has it.
     * Reads of what is allocated already take no lock.
     */
    private static final int LONGEST_COPY = 1 << 20;
    private static final long SMALLEST_UNIT = 512;

    private final Optional<NodeName> bottom;
    private final long unit;
    private final ReentrantReadWriteLock contentLock = new ReentrantReadWriteLock();

    CopyOnReadNode(BlockChild filtered, Optional<NodeName> bottom) throws IOException {
        super(filtered, SpiLevel.V1_1);
        this.bottom = bottom;
        this.unit = filtered.info().clusterSize().orElse(SMALLEST_UNIT);
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        int limit = dst.limit();
        long end = offset + dst.remaining();
        long position = offset;
        // What is allocated already is read before what follows it is copied.
        while (position < end) {
            Extent extent = filtered().extent(position, end - position);
            if (isForeign(extent)) {
                copy(position, extent.end());
            }
            int piece = (int) (extent.end() - position);
            filtered().read(position, dst.limit(dst.position() + piece), flags);
            dst.limit(limit);
            position = extent.end();
        }
    }

    /** Whether the active layer does not decide the content; with a bottom, whether one above that does. */
    private boolean isForeign(Extent extent) {
        if (bottom.isEmpty()) {
            return extent.depth() > 0 || !extent.allocated();
        }
        return extent.depth() > 0 && extent.allocated() && extent.depth() <= filtered().depthOf(bottom.get());
    }

    private void copy(long from, long to) throws IOException {
        contentLock.writeLock().lock();
        try {
            long position = from - from % unit;
            long end = Math.min(filtered().size(), (to + unit - 1) / unit * unit);
            while (position < end) {
                Extent extent = filtered().extent(position, Math.min(end - position, LONGEST_COPY));
                if (isForeign(extent)) {
                    copyExtent(extent);
                }
                position = extent.end();
            }
        } finally {
            contentLock.writeLock().unlock();
        }
    }

    private void copyExtent(Extent extent) throws IOException {
        if (extent.readsAsZeroes()) {
            filtered().debugEvent(DebugEvent.COR_WRITE);
            filtered().writeZeroes(extent.offset(), extent.bytes(), RequestFlags.WRITE_UNCHANGED);
            return;
        }
        ByteBuffer data = ByteBuffer.allocateDirect((int) extent.bytes());
        filtered().read(extent.offset(), data, RequestFlags.NONE);
        filtered().debugEvent(DebugEvent.COR_WRITE);
        filtered().write(extent.offset(), data.flip(), RequestFlags.WRITE_UNCHANGED);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        contentLock.readLock().lock();
        try {
            super.write(offset, src, flags);
        } finally {
            contentLock.readLock().unlock();
        }
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        contentLock.readLock().lock();
        try {
            super.writeZeroes(offset, bytes, flags);
        } finally {
            contentLock.readLock().unlock();
        }
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        contentLock.readLock().lock();
        try {
            super.discard(offset, bytes);
        } finally {
            contentLock.readLock().unlock();
        }
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        contentLock.readLock().lock();
        try {
            super.truncate(size, mode, flags);
        } finally {
            contentLock.readLock().unlock();
        }
    }
}
