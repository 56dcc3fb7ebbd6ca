// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A range of a disk as a stream. Not thread-safe, as other streams. */
public final class RangeStream extends InputStream {
    private final BlockBackend disk;
    private final long end;
    private long position;
    private long mark;
    private boolean closed;

    /**
     * A stream at the beginning of the range.
     *
     * @param disk stays open when the stream is closed
     * @param offset where the range begins
     * @param bytes how long it is, inside the size
     */
    public RangeStream(BlockBackend disk, long offset, long bytes) {
        this.disk = disk;
        this.position = offset;
        this.mark = offset;
        this.end = offset + bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        checkOpen();
        if (length == 0) {
            return 0;
        }
        int most = (int) Math.min(length, end - position);
        if (most == 0) {
            return -1;
        }
        disk.read(position, ByteBuffer.wrap(bytes, offset, most));
        position += most;
        return most;
    }

    @Override
    public long skip(long bytes) throws IOException {
        checkOpen();
        long skipped = Math.clamp(bytes, 0, end - position);
        position += skipped;
        return skipped;
    }

    @Override
    public int available() throws IOException {
        checkOpen();
        return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public void mark(int limit) {
        mark = position;
    }

    @Override
    public void reset() throws IOException {
        checkOpen();
        position = mark;
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
