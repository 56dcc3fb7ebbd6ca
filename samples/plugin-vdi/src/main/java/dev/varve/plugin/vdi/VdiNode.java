// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A node of the format {@code vdi}: each request is cut where blocks end, and each piece goes to its place. */
final class VdiNode extends ImageNode {
    private static final SupportedFlags FLAGS = new SupportedFlags(RequestFlags.WRITE_UNCHANGED,
            RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK).with(RequestFlags.WRITE_UNCHANGED));
    private static final int BLOCK = VdiHeader.BLOCK;

    private final BlockChild file;
    private final Blocks blocks;
    private final VdiCheck operations;
    // How far the file is known to reach: only this node changes it.
    private volatile long fileEnd;

    VdiNode(BlockChild file, Blocks blocks) {
        this.file = file;
        this.blocks = blocks;
        this.operations = new VdiCheck(blocks);
    }

    @Override
    public long size() {
        return blocks.header().size();
    }

    @Override
    public SupportedFlags supportedFlags() {
        return FLAGS;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        int limit = dst.limit();
        for (long at = offset; dst.hasRemaining();) {
            int within = (int) (at % BLOCK);
            int run = Math.min(BLOCK - within, dst.remaining());
            long place = blocks.find(at / BLOCK);
            dst.limit(dst.position() + run);
            if (place >= 0) {
                readStored(place + within, dst);
            }
            zero(dst);
            dst.limit(limit);
            at += run;
        }
    }

    /** Reads as much as the file has: a block whose end was never written may lie behind it, and reads as zeroes. */
    private void readStored(long place, ByteBuffer dst) throws IOException {
        int limit = dst.limit();
        long there = available(place, dst.remaining());
        if (there > 0) {
            dst.limit(dst.position() + (int) there);
            file.read(place, dst, RequestFlags.NONE);
            dst.limit(limit);
        }
    }

    private long available(long place, long bytes) throws IOException {
        if (place + bytes > fileEnd) {
            fileEnd = file.size();
        }
        return Math.clamp(fileEnd - place, 0, bytes);
    }

    private static void zero(ByteBuffer dst) {
        while (dst.remaining() >= Long.BYTES) {
            dst.putLong(0);
        }
        while (dst.hasRemaining()) {
            dst.put((byte) 0);
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        blocks.checkWritable();
        int limit = src.limit();
        for (long at = offset; src.hasRemaining();) {
            int within = (int) (at % BLOCK);
            int run = Math.min(BLOCK - within, src.remaining());
            src.limit(src.position() + run);
            long place = blocks.find(at / BLOCK);
            if (place >= 0 || !blocks.writeNew(at / BLOCK, within, src)) {
                // Where another request was first the block is there now.
                file.write((place >= 0 ? place : blocks.find(at / BLOCK)) + within, src, RequestFlags.NONE);
            }
            src.limit(limit);
            at += run;
        }
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        blocks.checkWritable();
        RequestFlags passed = flags.without(RequestFlags.WRITE_UNCHANGED);
        onStored(offset, bytes, (place, length) -> file.writeZeroes(place, length, passed));
    }

    /** A block that is allocated stays so: its storage is told. */
    @Override
    public void discard(long offset, long bytes) throws IOException {
        blocks.checkWritable();
        onStored(offset, bytes, (place, length) -> {
            long there = available(place, length);
            if (there > 0) {
                file.discard(place, there);
            }
        });
    }

    @FunctionalInterface
    private interface StoredRange {
        void apply(long place, long bytes) throws IOException;
    }

    private void onStored(long offset, long bytes, StoredRange work) throws IOException {
        long end = offset + bytes;
        for (long at = offset; at < end;) {
            long within = at % BLOCK;
            long run = Math.min(BLOCK - within, end - at);
            long place = blocks.find(at / BLOCK);
            if (place >= 0) {
                work.apply(place + within, run);
            }
            at += run;
        }
    }

    /**
     * Makes a dynamic image larger as far as its block map has room, which QEMU does not do. Nothing else can be
     * done in place: behind the map lies data.
     */
    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        VdiHeader header = blocks.header();
        if (size == header.size()) {
            return;
        }
        if (size < header.size() || header.type() != VdiHeader.DYNAMIC || mode != Preallocation.OFF
                || size % VdiHeader.SECTOR != 0) {
            throw BlockException.unsupported("a VDI image cannot be resized from " + header.size() + " to " + size
                    + " bytes: a dynamic one can grow by multiples of " + VdiHeader.SECTOR + " without preallocation");
        }
        blocks.grow(size);
    }

    @Override
    public void flush() throws IOException {
        blocks.flush();
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        long within = offset % BLOCK;
        long first = blocks.find(offset / BLOCK);
        long place = first < 0 ? -1 : first + within;
        long run = Math.min(bytes, BLOCK - within);
        while (run < bytes) {
            long next = blocks.find((offset + run) / BLOCK);
            if (place < 0 ? next >= 0 : next != place + run) {
                break;
            }
            run = Math.min(bytes, run + BLOCK);
        }
        if (place < 0) {
            return new BlockStatus.Zero(run, Optional.empty());
        }
        long there = available(place, run);
        if (there == 0) {
            return new BlockStatus.Zero(run, Optional.empty());
        }
        return new BlockStatus.Data(there, Optional.of(new BlockStatus.Storage(Optional.of(file), place)), false);
    }

    @Override
    public ImageInfo info() throws IOException {
        ImageInfo storage = file.info();
        return new ImageInfo(storage.filename(), size(), storage.actualSize(), OptionalLong.of(BLOCK),
                Optional.empty(), false, Map.of());
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        return operations.check(findings);
    }

    @Override
    public ImageOperations operations() {
        return operations;
    }

    @Override
    public void close() throws IOException {
        blocks.close();
    }
}
