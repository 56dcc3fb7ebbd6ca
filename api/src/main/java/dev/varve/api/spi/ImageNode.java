// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Base of formats and protocols. {@link #size}, {@link #read} and {@link #close} must be written; what is implemented
 * here is the safe answer: no wishes, read-only, all data, nothing to flush.
 */
public abstract non-sealed class ImageNode implements BlockNode {
    /** For subclasses. */
    protected ImageNode() {
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
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        throw new BlockException(ErrorKind.READ_ONLY, "the driver cannot write");
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        throw BlockException.unsupported("the driver has no write zeroes");
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        // A hint that a driver without discard ignores.
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        throw BlockException.unsupported("the driver cannot change the size");
    }

    @Override
    public void flush() throws IOException {
        // Nothing is held back.
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        return new BlockStatus.Data(bytes, Optional.empty(), false);
    }

    /**
     * A value that differs once another program has changed the storage.
     *
     * @return empty where others are kept from changing it by locks, or that cannot be told
     * @throws IOException if the storage cannot be asked
     */
    public OptionalLong contentStamp() throws IOException {
        return OptionalLong.empty();
    }

    @Override
    public ImageInfo info() throws IOException {
        return ImageInfo.plain("", size());
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        throw BlockException.unsupported("this image format does not support checks");
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
    public void drainBegin() {
        // No background work.
    }

    @Override
    public void drainEnd() {
        // No background work.
    }
}
