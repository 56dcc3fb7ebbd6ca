// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The image's storage as a check reads it: zeroes behind its end, holes skipped, and no more bytes in all than real
 * tables could fill, so that tables which overlap cannot keep a check busy for ever.
 */
final class ImageBytes {
    private static final byte[] ZEROES = new byte[8 << 10];
    private static final int WORTH_ASKING = 64 << 10;
    private static final long OVERLAP_ALLOWED = 1L << 30;

    private final BlockChild file;
    private final MemoryBudget budget;
    private long size;
    private final long allowed;
    private long claimed;

    ImageBytes(BlockChild file, MemoryBudget budget) throws IOException {
        this.file = file;
        this.budget = budget;
        this.size = file.size();
        // Once for a table's place, once for reading it.
        long occupied = Math.min(size, file.info().actualSize().orElse(size));
        this.allowed = 2 * occupied + OVERLAP_ALLOWED;
    }

    /** The size of the storage in bytes. */
    long size() {
        return size;
    }

    /**
     * Fills a buffer from index 0 to its limit.
     *
     * @param offset where to begin, at least 0; what lies behind the storage's end is zero
     * @param dst receives the bytes; its position does not matter and stays
     * @param reader who reads, for the finding that a failure becomes (QEMU's function)
     * @return false where everything is a hole and the buffer holds zeroes
     */
    boolean read(long offset, ByteBuffer dst, String reader) throws CheckStopped, IOException {
        int inside = (int) Math.max(0, Math.min(dst.limit(), size - offset));
        clear(dst, inside, dst.limit());
        boolean data = false;
        try {
            for (int done = 0; done < inside;) {
                int run = runOfHole(offset + done, inside - done);
                if (run > 0) {
                    clear(dst, done, done + run);
                } else {
                    run = -run;
                    count(run);
                    file.read(offset + done, dst.slice(done, run), RequestFlags.NONE);
                    data = true;
                }
                done += run;
            }
        } catch (IOException e) {
            if (e instanceof BlockException known && known.kind() == ErrorKind.CLOSED) {
                throw e;
            }
            throw new CheckStopped("ERROR: I/O error in " + reader + ": " + e.getMessage(), e);
        }
        return data;
    }

    /** Makes the storage as long as so many bytes at least, with zeroes. */
    void grow(long bytes) throws IOException {
        file.truncate(bytes, Preallocation.OFF, RequestFlags.NONE);
        size = file.size();
    }

    /** Makes what was written survive a power cut. */
    void flush() throws IOException {
        file.flush();
        size = file.size();
    }

    /** Writes the remaining bytes of a buffer. */
    void write(long offset, ByteBuffer src) throws IOException {
        file.write(offset, src, RequestFlags.NONE);
    }

    /** The length of the hole at an offset, or the negative length of the data there. */
    private int runOfHole(long offset, int bytes) throws IOException {
        if (bytes < WORTH_ASKING) {
            return -bytes;
        }
        Extent extent = file.extent(offset, bytes);
        int run = (int) extent.bytes();
        return extent.readsAsZeroes() ? run : -run;
    }

    private static void clear(ByteBuffer dst, int from, int to) {
        for (int at = from; at < to; at += ZEROES.length) {
            dst.put(at, ZEROES, 0, Math.min(ZEROES.length, to - at));
        }
    }

    private void count(int bytes) throws CheckStopped {
        budget.read(bytes);
        claim(bytes);
    }

    /** Notes that a table of so many bytes is to be followed: all of them together cannot exceed what is stored. */
    void claim(long bytes) throws CheckStopped {
        claimed += bytes;
        if (claimed > allowed) {
            throw new CheckStopped("ERROR: the tables overlap: they take more than " + allowed
                    + " bytes in an image of " + size);
        }
    }
}
