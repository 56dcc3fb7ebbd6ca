// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A node of a {@link MemoryDisk}. */
final class MemoryDiskNode extends ImageNode {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final MemoryDisk disk;
    private final boolean readOnly;

    MemoryDiskNode(MemoryDisk disk, boolean readOnly) {
        this.disk = disk;
        this.readOnly = readOnly;
    }

    @Override
    public long size() {
        return disk.content().size();
    }

    @Override
    public BlockLimits limits() {
        return disk.limits();
    }

    @Override
    public SupportedFlags supportedFlags() {
        RequestFlags compressed = disk.compressedUnit() == 0 ? RequestFlags.NONE : RequestFlags.COMPRESSED;
        return new SupportedFlags(RequestFlags.WRITE_UNCHANGED.with(compressed),
                RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK).with(RequestFlags.WRITE_UNCHANGED));
    }

    @Override
    public ImageInfo info() {
        OptionalLong unit = disk.compressedUnit() == 0 ? OptionalLong.empty()
                : OptionalLong.of(disk.compressedUnit());
        return new ImageInfo("", size(), OptionalLong.empty(), unit, Optional.empty(), false, Map.of());
    }

    @Override
    public boolean isInserted() {
        return disk.isInserted();
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        DiskRequest request = new DiskRequest(Operation.READ, offset, dst.remaining(), flags);
        checkAligned(request);
        checkInside(request);
        disk.arrived(request, NO_DATA);
        disk.content().read(offset, dst);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        DiskRequest request = new DiskRequest(Operation.WRITE, offset, src.remaining(), flags);
        checkAligned(request);
        checkWritable();
        disk.arrived(request, src.duplicate());
        disk.content().write(offset, src);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        DiskRequest request = new DiskRequest(Operation.WRITE_ZEROES, offset, bytes, flags);
        checkNotEmpty(request);
        checkWritable();
        disk.arrived(request, NO_DATA);
        disk.content().zero(offset, bytes);
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        DiskRequest request = new DiskRequest(Operation.DISCARD, offset, bytes, RequestFlags.NONE);
        checkInside(request);
        checkWritable();
        disk.arrived(request, NO_DATA);
        disk.content().zero(offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        checkWritable();
        disk.arrived(DiskRequest.truncate(size), NO_DATA);
        disk.content().truncate(size);
    }

    @Override
    public void flush() throws IOException {
        disk.arrived(DiskRequest.flush(), NO_DATA);
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        DiskRequest request = new DiskRequest(Operation.BLOCK_STATUS, offset, bytes, RequestFlags.NONE);
        checkInside(request);
        disk.arrived(request, NO_DATA);
        boolean hole = disk.content().isHole(offset);
        BlockStatus.Storage storage = new BlockStatus.Storage(Optional.empty(), offset);
        return new BlockStatus.Data(disk.content().run(offset, bytes), Optional.of(storage), hole);
    }

    @Override
    public void close() {
        disk.closed();
    }

    private void checkWritable() throws BlockException {
        if (readOnly) {
            throw new BlockException(ErrorKind.READ_ONLY, "the disk was opened read-only");
        }
    }

    private void checkAligned(DiskRequest request) {
        checkNotEmpty(request);
        long alignment = disk.limits().requestAlignment();
        if (request.offset() % alignment != 0 || request.bytes() % alignment != 0
                || request.bytes() > disk.limits().maxTransfer()) {
            throw new IllegalStateException("an edge let " + request + " through; limits are " + disk.limits());
        }
    }

    private void checkInside(DiskRequest request) {
        checkNotEmpty(request);
        long alignment = disk.limits().requestAlignment();
        // The size need not be aligned: the last request of an aligned node may stick out.
        long end = (size() + alignment - 1) / alignment * alignment;
        if (request.offset() + request.bytes() > end) {
            throw new IllegalStateException("an edge let " + request + " through; the size is " + size());
        }
    }

    private static void checkNotEmpty(DiskRequest request) {
        if (request.offset() < 0 || request.bytes() < 1) {
            throw new IllegalStateException("an edge let " + request + " through");
        }
    }
}
