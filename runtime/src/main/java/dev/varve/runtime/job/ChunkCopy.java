// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import dev.varve.runtime.job.StreamDisk.Need;
import dev.varve.runtime.request.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Copies chunks into the top, in whole units of it: all that is needed is read, runs of any layers together, and then
 * written. Data that turns out to be zeroes is not written as data. Confined to one thread.
 */
final class ChunkCopy {
    private final StreamDisk disk;
    private final ByteBuffer buffer;
    private final int unit;
    private final Need[] needs;
    private int bytes;

    /** Copies by way of a buffer that is as long as the longest chunk. */
    ChunkCopy(StreamDisk disk, ByteBuffer buffer) {
        this.disk = disk;
        this.buffer = buffer;
        this.unit = disk.unit();
        this.needs = new Need[(buffer.capacity() + unit - 1) / unit];
    }

    /** Copies what a chunk needs by now, and leaves its range. Returns how many bytes were written. */
    long run(ChunkQueue.Chunk chunk, WriteOrder order) throws IOException {
        try {
            disk.ranges().await(chunk.range());
            // The disk may have shrunk; from here on it cannot.
            bytes = Math.clamp(disk.size() - chunk.offset(), 0, chunk.bytes());
            decide(chunk.offset());
            readData(chunk.offset());
            return order.begin(chunk.number()) ? write(chunk.offset()) : 0;
        } finally {
            chunk.range().leave();
        }
    }

    private int units() {
        return (bytes + unit - 1) / unit;
    }

    private void decide(long offset) throws IOException {
        Arrays.fill(needs, Need.NOTHING);
        for (int at = 0; at < bytes;) {
            StreamDisk.Run run = disk.need(offset + at, bytes - at);
            int end = at + (int) run.bytes();
            if (run.need() == Need.DATA) {
                Arrays.fill(needs, at / unit, (end + unit - 1) / unit, Need.DATA);
            } else if (run.need() == Need.ZEROES) {
                markZeroes(at, end);
            }
            at = end;
        }
    }

    /** A unit that only a part of is zero has to be read like data. */
    private void markZeroes(int from, int to) {
        for (int index = from / unit; index * unit < to; index++) {
            boolean whole = index * unit >= from && Math.min(bytes, (index + 1) * unit) <= to;
            if (needs[index] != Need.DATA) {
                needs[index] = whole ? Need.ZEROES : Need.DATA;
            }
        }
    }

    private int endOfRun(int index) {
        int end = index + 1;
        while (end < units() && needs[end] == needs[index]) {
            end++;
        }
        return end;
    }

    private ByteBuffer part(int index, int end) {
        return buffer.clear().position(index * unit).limit(Math.min(bytes, end * unit));
    }

    private void readData(long offset) throws IOException {
        for (int index = 0, end; index < units(); index = end) {
            end = endOfRun(index);
            if (needs[index] == Need.DATA) {
                disk.read(offset + (long) index * unit, part(index, end));
                findZeroes(index, end);
            }
        }
    }

    private void findZeroes(int from, int to) {
        Need zeroes = disk.remainsBacked() ? Need.ZEROES : Need.NOTHING;
        for (int index = from; index < to; index++) {
            if (Zeroes.only(part(index, index + 1))) {
                needs[index] = zeroes;
            }
        }
    }

    private long write(long offset) throws IOException {
        long written = 0;
        for (int index = 0, end; index < units(); index = end) {
            end = endOfRun(index);
            if (needs[index] == Need.NOTHING) {
                continue;
            }
            long at = offset + (long) index * unit;
            ByteBuffer part = part(index, end);
            written += part.remaining();
            if (needs[index] == Need.DATA) {
                disk.write(at, part);
            } else {
                disk.writeZeroes(at, part.remaining());
            }
        }
        return written;
    }
}
