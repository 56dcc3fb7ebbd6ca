// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.BlockException;
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
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An edge to bytes in memory, without a graph: what a format creates an image on, or what a test of one class reads
 * from. Checks the range as an edge of a graph does; grows where it is written behind its end.
 */
public final class StorageEdge implements BlockChild {
    private static final NodeName NODE = new NodeName("storage");

    private final SparseContent content;

    /**
     * An edge.
     *
     * @param content what it leads to; kept and changed
     */
    public StorageEdge(SparseContent content) {
        this.content = content;
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Set<ChildRole> roles() {
        return Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);
    }

    @Override
    public Permissions permissions() {
        return Permissions.READ_WRITE;
    }

    @Override
    public boolean isAttached() {
        return true;
    }

    @Override
    public Optional<NodeName> node() {
        return Optional.of(NODE);
    }

    @Override
    public boolean isFrozen() {
        return false;
    }

    @Override
    public Extent extent(long offset, long bytes) {
        checkInside(offset, bytes);
        Extent.Content kind = content.isHole(offset) ? Extent.Content.ZERO_DATA : Extent.Content.DATA;
        return new Extent(offset, content.run(offset, bytes), kind, true, 0, NODE,
                Optional.of(new Extent.Location(NODE, offset)));
    }

    @Override
    public int depthOf(NodeName layer) {
        return layer.equals(NODE) ? 0 : -1;
    }

    @Override
    public long size() {
        return content.size();
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
        checkInside(offset, dst.remaining());
        content.read(offset, dst);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) {
        content.write(offset, src);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) {
        content.zero(offset, bytes);
    }

    @Override
    public void discard(long offset, long bytes) {
        checkInside(offset, bytes);
        content.zero(offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) {
        content.truncate(size);
    }

    @Override
    public void flush() {
        // Memory has nothing behind it.
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
        checkInside(offset, bytes);
        return new BlockStatus.SameAs(content.run(offset, bytes), this, offset);
    }

    @Override
    public ImageInfo info() {
        return ImageInfo.plain("", size());
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        throw BlockException.unsupported("this image format does not support checks");
    }

    private void checkInside(long offset, long bytes) {
        if (offset < 0 || bytes < 0 || offset > size() - bytes) {
            throw new IllegalArgumentException(
                    bytes + " bytes at offset " + offset + " are not within the size " + size());
        }
    }
}
