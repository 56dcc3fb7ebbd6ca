// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A node of a {@link MemoryOverlay}. */
final class MemoryOverlayNode extends OverlayNode {
    private static final int CLUSTER = MemoryOverlay.CLUSTER;

    private final long size;
    private final Map<Long, byte[]> clusters;
    private final ReentrantReadWriteLock lock;

    MemoryOverlayNode(BlockChild backing, long size, Map<Long, byte[]> clusters, ReentrantReadWriteLock lock) {
        super(backing);
        this.size = size;
        this.clusters = clusters;
        this.lock = lock;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return new SupportedFlags(RequestFlags.WRITE_UNCHANGED, RequestFlags.NONE);
    }

    @Override
    public int readAllocated(long offset, ByteBuffer dst, RequestFlags flags) {
        int inCluster = (int) (offset % CLUSTER);
        int run = Math.min(dst.remaining(), CLUSTER - inCluster);
        lock.readLock().lock();
        try {
            byte[] cluster = clusters.get(offset / CLUSTER);
            if (cluster == null) {
                return -run;
            }
            dst.put(cluster, inCluster, run);
            return run;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        lock.writeLock().lock();
        try {
            long position = offset;
            while (src.hasRemaining()) {
                int inCluster = (int) (position % CLUSTER);
                int run = Math.min(src.remaining(), CLUSTER - inCluster);
                src.get(allocated(position / CLUSTER), inCluster, run);
                position += run;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private byte[] allocated(long index) throws IOException {
        byte[] known = clusters.get(index);
        if (known != null) {
            return known;
        }
        byte[] cluster = new byte[CLUSTER];
        long offset = index * CLUSTER;
        backing().read(offset, ByteBuffer.wrap(cluster, 0, (int) Math.min(CLUSTER, size - offset)),
                RequestFlags.NONE);
        clusters.put(index, cluster);
        return cluster;
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
        lock.readLock().lock();
        try {
            boolean here = clusters.containsKey(offset / CLUSTER);
            long end = (offset / CLUSTER + 1) * CLUSTER;
            while (end - offset < bytes && clusters.containsKey(end / CLUSTER) == here) {
                end += CLUSTER;
            }
            long run = Math.min(bytes, end - offset);
            return here ? new BlockStatus.Data(run, Optional.empty(), false) : new BlockStatus.Unallocated(run);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public ImageInfo info() {
        return new ImageInfo("", size, OptionalLong.empty(), OptionalLong.of(CLUSTER), Optional.empty(), false,
                Map.of());
    }

    @Override
    public void close() {
        // The clusters belong to the driver.
    }
}
