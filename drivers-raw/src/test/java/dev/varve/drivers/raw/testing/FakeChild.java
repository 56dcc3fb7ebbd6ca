// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.testing;

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
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** An edge without checks: hands everything to its node. */
public record FakeChild(String name, Set<ChildRole> roles, BlockNode below) implements BlockChild {
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
        return Optional.of(new NodeName("below"));
    }

    @Override
    public boolean isFrozen() {
        return false;
    }

    @Override
    public Extent extent(long offset, long bytes) {
        throw new UnsupportedOperationException("nothing here resolves extents");
    }

    @Override
    public int depthOf(NodeName layer) {
        return -1;
    }

    @Override
    public long size() throws IOException {
        return below.size();
    }

    @Override
    public BlockLimits limits() {
        return below.limits();
    }

    @Override
    public SupportedFlags supportedFlags() {
        return below.supportedFlags();
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        below.read(offset, dst, flags);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        below.write(offset, src, flags);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        below.writeZeroes(offset, bytes, flags);
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        below.discard(offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        below.truncate(size, mode, flags);
    }

    @Override
    public void flush() throws IOException {
        below.flush();
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        return below.blockStatus(offset, bytes, effort);
    }

    @Override
    public ImageInfo info() throws IOException {
        return below.info();
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        return below.check(findings);
    }
}
