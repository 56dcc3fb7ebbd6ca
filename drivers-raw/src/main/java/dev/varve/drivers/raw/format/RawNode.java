// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.format;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A node of the format {@code raw}: hands everything on, moved by an offset. */
final class RawNode extends ImageNode {
    /** A size that is whatever the file has behind the offset. */
    static final long TO_THE_END = -1;

    private final BlockChild file;
    private final long offset;
    private final long fixedSize;
    private final BlockLimits limits;
    private final SupportedFlags flags;

    RawNode(BlockChild file, long offset, long fixedSize) {
        this.file = file;
        this.offset = offset;
        this.fixedSize = fixedSize;
        this.limits = shifted(file.limits(), offset);
        SupportedFlags below = file.supportedFlags();
        // Nothing here stands in the way of the flag that needs no action at all.
        this.flags = new SupportedFlags(below.write().with(RequestFlags.WRITE_UNCHANGED), below.writeZeroes());
    }

    /**
     * Requests of any shape are handed on: the edge below pads them (QEMU's {@code raw_refresh_limits}), so that it is
     * the child that hears of it. Zeroes and discards keep the child's granularity as far as the offset has it.
     */
    static BlockLimits shifted(BlockLimits below, long offset) {
        return below.withAlignment(1, below.memoryAlignment())
                .withGranularity(aligned(below.zeroAlignment(), offset), aligned(below.discardAlignment(), offset));
    }

    private static int aligned(int alignment, long offset) {
        return (offset & alignment - 1) == 0 ? alignment : 1;
    }

    @Override
    public long size() throws IOException {
        return fixedSize == TO_THE_END ? Math.max(file.size() - offset, 0) : fixedSize;
    }

    @Override
    public BlockLimits limits() {
        return limits;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return flags;
    }

    @Override
    public void read(long position, ByteBuffer dst, RequestFlags requestFlags) throws IOException {
        file.debugEvent(DebugEvent.READ_AIO);
        file.read(position + offset, dst, requestFlags);
    }

    @Override
    public void write(long position, ByteBuffer src, RequestFlags requestFlags) throws IOException {
        file.debugEvent(DebugEvent.WRITE_AIO);
        file.write(position + offset, src, requestFlags);
    }

    @Override
    public void writeZeroes(long position, long bytes, RequestFlags requestFlags) throws IOException {
        file.writeZeroes(position + offset, bytes, requestFlags);
    }

    @Override
    public void discard(long position, long bytes) throws IOException {
        file.discard(position + offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags requestFlags) throws IOException {
        if (fixedSize != TO_THE_END) {
            throw BlockException.unsupported("a raw disk whose 'size' is given cannot be resized, its size is "
                    + fixedSize);
        }
        if (size > Long.MAX_VALUE - offset) {
            throw BlockException.invalidOption("size " + size + " is too large for a raw disk at offset " + offset
                    + ", allowed is 0 to " + (Long.MAX_VALUE - offset));
        }
        file.truncate(size + offset, mode, requestFlags);
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }

    @Override
    public BlockStatus blockStatus(long position, long bytes, Effort effort) {
        return new BlockStatus.SameAs(bytes, file, position + offset);
    }

    @Override
    public ImageInfo info() throws IOException {
        ImageInfo below = file.info();
        boolean whole = fixedSize == TO_THE_END && offset == 0;
        return new ImageInfo(whole ? below.filename() : "", size(), below.actualSize(), OptionalLong.empty(),
                Optional.empty(), false, Map.of());
    }

    @Override
    public void close() {
        // The edge belongs to the runtime.
    }
}
