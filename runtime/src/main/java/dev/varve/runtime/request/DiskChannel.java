// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/** A disk as a channel with a position. Thread-safe: operations that use the position take turns. */
public final class DiskChannel implements SeekableByteChannel {
    private final BlockBackend disk;
    private final ReentrantLock positionLock = new ReentrantLock();
    private long position;
    private volatile boolean open = true;

    /**
     * A channel at the beginning of the disk.
     *
     * @param disk stays open when the channel is closed
     */
    public DiskChannel(BlockBackend disk) {
        this.disk = disk;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        positionLock.lock();
        try {
            int bytes = inside(dst);
            if (bytes == 0) {
                return dst.hasRemaining() ? -1 : 0;
            }
            int limit = dst.limit();
            try {
                disk.read(position, dst.limit(dst.position() + bytes));
            } finally {
                dst.limit(limit);
            }
            position += bytes;
            return bytes;
        } finally {
            positionLock.unlock();
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        positionLock.lock();
        try {
            int bytes = inside(src);
            if (bytes == 0 && src.hasRemaining()) {
                throw new IOException("no space behind the end of the disk at offset " + disk.size());
            }
            int limit = src.limit();
            try {
                disk.write(position, src.limit(src.position() + bytes));
            } finally {
                src.limit(limit);
            }
            position += bytes;
            return bytes;
        } finally {
            positionLock.unlock();
        }
    }

    private int inside(ByteBuffer buffer) throws IOException {
        checkOpen();
        return (int) Math.min(buffer.remaining(), Math.max(0, disk.size() - position));
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public long position() throws IOException {
        positionLock.lock();
        try {
            checkOpen();
            return position;
        } finally {
            positionLock.unlock();
        }
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        if (newPosition < 0) {
            throw new IllegalArgumentException("position " + newPosition + " is negative");
        }
        positionLock.lock();
        try {
            checkOpen();
            position = newPosition;
            return this;
        } finally {
            positionLock.unlock();
        }
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return disk.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new UnsupportedOperationException("a disk's size changes through BlockBackend.truncate only");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
