// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Base of filters: one FILTERED and PRIMARY child, presented unchanged. Every operation is forwarded to it, so a
 * filter overrides what it cares about and cannot forget the rest. An operation newer than {@code writtenFor} is
 * refused instead of forwarded: a filter that has never heard of an operation must not be bypassed by it.
 */
public abstract non-sealed class FilterNode implements BlockNode {
    private final BlockChild filtered;
    private final SpiLevel writtenFor;

    /**
     * For subclasses.
     *
     * @param filtered the edge to the child that the filter presents
     * @param writtenFor the newest level of operations that the filter's author knew
     */
    protected FilterNode(BlockChild filtered, SpiLevel writtenFor) {
        this.filtered = filtered;
        this.writtenFor = writtenFor;
    }

    /**
     * The edge to the child that the filter presents.
     *
     * @return never null
     */
    public final BlockChild filtered() {
        return filtered;
    }

    private BlockChild forwarding(SpiLevel level) throws BlockException {
        if (writtenFor.compareTo(level) < 0) {
            throw BlockException.unsupported("the filter was written for SPI level " + writtenFor
                    + " and does not know this operation of level " + level);
        }
        return filtered;
    }

    @Override
    public long size() throws IOException {
        return forwarding(SpiLevel.V1_0).size();
    }

    @Override
    public BlockLimits limits() {
        return filtered.limits();
    }

    @Override
    public SupportedFlags supportedFlags() {
        return filtered.supportedFlags();
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        forwarding(SpiLevel.V1_0).read(offset, dst, flags);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        forwarding(SpiLevel.V1_0).write(offset, src, flags);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        forwarding(SpiLevel.V1_0).writeZeroes(offset, bytes, flags);
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        forwarding(SpiLevel.V1_0).discard(offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        forwarding(SpiLevel.V1_0).truncate(size, mode, flags);
    }

    @Override
    public void flush() throws IOException {
        forwarding(SpiLevel.V1_0).flush();
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        return new BlockStatus.SameAs(bytes, forwarding(SpiLevel.V1_0), offset);
    }

    @Override
    public ImageInfo info() throws IOException {
        return forwarding(SpiLevel.V1_0).info();
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        return forwarding(SpiLevel.V1_0).check(findings);
    }

    @Override
    public ImageOperations operations() throws IOException {
        return forwarding(SpiLevel.V1_1).operations();
    }

    @Override
    public boolean isInserted() {
        return true;
    }

    @Override
    public PermissionChange preparePermissions(Permissions cumulative) throws IOException {
        return PermissionChange.NOTHING;
    }

    @Override
    public void drainWaiting(boolean waits) {
        // Nothing is held back.
    }

    @Override
    public void drainBegin() {
        // No background work.
    }

    @Override
    public void drainEnd() {
        // No background work.
    }

    @Override
    public void close() throws IOException {
        // The edge belongs to the runtime.
    }
}
