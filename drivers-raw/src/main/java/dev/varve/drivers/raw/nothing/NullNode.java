// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.nothing;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.SupportedFlags;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/** A disk that takes every write and keeps none (QEMU's block/null.c). */
final class NullNode extends ImageNode {
    private static final RequestFlags ALL_OF_NOTHING = RequestFlags.FUA.with(RequestFlags.MAY_UNMAP)
            .with(RequestFlags.NO_FALLBACK).with(RequestFlags.WRITE_UNCHANGED);
    private static final SupportedFlags FLAGS = new SupportedFlags(
            RequestFlags.FUA.with(RequestFlags.WRITE_UNCHANGED), ALL_OF_NOTHING);
    private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private final String driver;
    private final long size;
    private final long latency;
    private final boolean readZeroes;

    NullNode(String driver, long size, long latency, boolean readZeroes) {
        this.driver = driver;
        this.size = size;
        this.latency = latency;
        this.readZeroes = readZeroes;
    }

    /** Takes the time that was asked for, also on a thread that is interrupted. */
    private void delay() {
        if (latency == 0) {
            return;
        }
        long end = System.nanoTime() + latency;
        boolean interrupted = false;
        for (long left = latency; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return FLAGS;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) {
        delay();
        while (readZeroes && dst.hasRemaining()) {
            int bytes = Math.min(ZEROES.capacity(), dst.remaining());
            dst.put(dst.position(), ZEROES, 0, bytes);
            dst.position(dst.position() + bytes);
        }
        dst.position(dst.limit());
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) {
        delay();
        src.position(src.limit());
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) {
        delay();
    }

    @Override
    public void flush() {
        delay();
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
        Optional<BlockStatus.Storage> storage = Optional.of(new BlockStatus.Storage(Optional.empty(), offset));
        return readZeroes ? new BlockStatus.Zero(bytes, storage) : new BlockStatus.Data(bytes, storage, false);
    }

    @Override
    public ImageInfo info() {
        return new ImageInfo(driver + "://", size, OptionalLong.of(0), OptionalLong.empty(), Optional.empty(), false,
                Map.of());
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
