// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.parts;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FrozenChain;
import dev.varve.api.spi.SupportedFlags;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An edge to a chain that is nothing but a table of owners: each cluster is a zero cluster of one scattered layer. A
 * read of it through an index is the index and nothing else.
 */
final class TableChain implements BlockChild, FrozenChain {
    static final int CLUSTER = 1 << 16;

    private final Optional<FrozenChain> self = Optional.of(this);
    private final ChainLayer[] layers;
    private final long size;

    TableChain(int length, long size) {
        this.size = size;
        this.layers = new ChainLayer[length];
        for (int height = 0; height < length; height++) {
            layers[height] = new TableLayer(height);
        }
    }

    private int owner(long cluster) {
        return (int) ((cluster * 0x9E3779B97F4A7C15L >>> 33) % layers.length);
    }

    /** A layer of the table. */
    private final class TableLayer implements ChainLayer {
        private final int height;

        TableLayer(int height) {
            this.height = height;
        }

        @Override
        public NodeName node() {
            return new NodeName("layer" + height);
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public OptionalLong clusterSize() {
            return OptionalLong.of(CLUSTER);
        }

        @Override
        public long version() {
            return 0;
        }

        @Override
        public Optional<List<Range>> changesSince(long version) {
            return Optional.of(List.of());
        }

        @Override
        public long emptyRun(long offset, long bytes) {
            return 0;
        }

        @Override
        public void scan(long offset, long bytes, Consumer<BlockStatus> statuses) {
            for (long at = offset; at < offset + bytes; at += CLUSTER) {
                long run = Math.min(CLUSTER, offset + bytes - at);
                statuses.accept(owner(at / CLUSTER) == height ? new BlockStatus.Zero(run, Optional.empty())
                        : new BlockStatus.Unallocated(run));
            }
        }

        @Override
        public void read(long offset, ByteBuffer dst) {
            throw new UnsupportedOperationException("a table holds no data");
        }
    }

    @Override
    public int length() {
        return layers.length;
    }

    @Override
    public ChainLayer layer(int height) {
        return layers[height];
    }

    @Override
    public Optional<FrozenChain> frozenChain() {
        return self;
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Set<ChildRole> roles() {
        return Set.of(ChildRole.FILTERED, ChildRole.PRIMARY);
    }

    @Override
    public Permissions permissions() {
        return Permissions.READ;
    }

    @Override
    public boolean isAttached() {
        return true;
    }

    @Override
    public Optional<NodeName> node() {
        return Optional.of(layers[layers.length - 1].node());
    }

    @Override
    public boolean isFrozen() {
        return true;
    }

    @Override
    public Extent extent(long offset, long bytes) {
        throw new UnsupportedOperationException("a table is read through its index");
    }

    @Override
    public int depthOf(NodeName layer) {
        return -1;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public BlockLimits limits() {
        return BlockLimits.NONE;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return SupportedFlags.NONE;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) {
        throw new UnsupportedOperationException("a table is read through its index");
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) {
        throw new UnsupportedOperationException("a table is not written");
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) {
        throw new UnsupportedOperationException("a table is not written");
    }

    @Override
    public void discard(long offset, long bytes) {
        throw new UnsupportedOperationException("a table is not written");
    }

    @Override
    public void truncate(long newSize, Preallocation mode, RequestFlags flags) {
        throw new UnsupportedOperationException("a table is not written");
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
        throw new UnsupportedOperationException("a table is read through its index");
    }

    @Override
    public ImageInfo info() {
        return ImageInfo.plain("table", size);
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) {
        throw new UnsupportedOperationException("a table is not checked");
    }
}
