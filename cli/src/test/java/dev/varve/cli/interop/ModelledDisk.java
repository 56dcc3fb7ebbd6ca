// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A disk and the bytes that it should hold, changed together. Threads may share one as long as their ranges are
 * disjoint; changing the size is for one thread alone.
 */
final class ModelledDisk {
    private static final List<RequestFlags> ZERO_FLAGS = List.of(RequestFlags.NONE, RequestFlags.NONE,
            RequestFlags.MAY_UNMAP, RequestFlags.MAY_UNMAP, RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK),
            RequestFlags.NO_FALLBACK, RequestFlags.FUA);

    private volatile BlockBackend disk;
    private volatile byte[] expected;

    ModelledDisk(BlockBackend disk, byte[] expected) {
        this.disk = disk;
        this.expected = expected;
    }

    byte[] expected() {
        return expected;
    }

    int size() {
        return expected.length;
    }

    void reopened(BlockBackend again) {
        disk = again;
    }

    void write(int offset, int bytes, Random random) throws IOException {
        byte[] data = new byte[bytes];
        random.nextBytes(data);
        ByteBuffer src = random.nextBoolean() ? ByteBuffer.wrap(data)
                : ByteBuffer.allocateDirect(bytes).put(data).flip();
        disk.write(offset, src, random.nextInt(50) == 0 ? RequestFlags.FUA : RequestFlags.NONE);
        if (src.hasRemaining()) {
            throw new AssertionError("write left " + src.remaining() + " of " + bytes + " bytes");
        }
        System.arraycopy(data, 0, expected, offset, bytes);
    }

    /** Writes a cluster, sometimes one that cannot be compressed; where one is allocated already that is refused. */
    void writeCompressed(int offset, int bytes, Random random) throws IOException {
        byte[] data = new byte[bytes];
        random.nextBytes(data);
        if (random.nextInt(4) != 0) {
            for (int i = 0; i < bytes; i++) {
                data[i] = (byte) (data[i] & 3);
            }
        }
        try {
            disk.write(offset, ByteBuffer.wrap(data), RequestFlags.COMPRESSED);
            System.arraycopy(data, 0, expected, offset, bytes);
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.IO) {
                throw e;
            }
        }
    }

    void writeZeroes(int offset, int bytes, Random random) throws IOException {
        RequestFlags flags = ZERO_FLAGS.get(random.nextInt(ZERO_FLAGS.size()));
        try {
            disk.writeZeroes(offset, bytes, flags);
            Arrays.fill(expected, offset, offset + bytes, (byte) 0);
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.UNSUPPORTED || !flags.has(RequestFlags.NO_FALLBACK)) {
                throw e;
            }
            // How much of a range is zeroed before a part of it refuses is not promised.
            takeOver(offset, bytes);
        }
    }

    void discard(int offset, int bytes) throws IOException {
        disk.discard(offset, bytes);
        takeOver(offset, bytes);
    }

    /** Reads what the disk has chosen for a range: each byte is what it was, or zero; anything else is stale data. */
    private void takeOver(int offset, int bytes) throws IOException {
        byte[] chosen = read(offset, bytes);
        for (int i = 0; i < bytes; i++) {
            if (chosen[i] != 0 && chosen[i] != expected[offset + i]) {
                throw new AssertionError("byte at " + (offset + i) + " is 0x%02x, expected 0 or 0x%02x"
                        .formatted(chosen[i], expected[offset + i]));
            }
        }
        System.arraycopy(chosen, 0, expected, offset, bytes);
    }

    void flush() throws IOException {
        disk.flush();
    }

    void grow(int size, Preallocation mode) throws IOException {
        disk.truncate(size, mode);
        expected = Arrays.copyOf(expected, size);
    }

    void compare(int offset, int bytes) throws IOException {
        byte[] actual = read(offset, bytes);
        int at = Arrays.mismatch(actual, 0, bytes, expected, offset, offset + bytes);
        if (at >= 0) {
            int wrong = 0;
            for (int i = 0; i < bytes; i++) {
                wrong += actual[i] == expected[offset + i] ? 0 : 1;
            }
            throw new AssertionError(wrong + " of " + bytes + " bytes read at " + offset + " are wrong, the first at "
                    + (offset + at) + ": 0x%02x, expected 0x%02x".formatted(actual[at], expected[offset + at]));
        }
    }

    void compareAll() throws IOException {
        if (disk.size() != expected.length) {
            throw new AssertionError("size is " + disk.size() + ", expected " + expected.length);
        }
        compare(0, expected.length);
    }

    private byte[] read(int offset, int bytes) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(bytes);
        disk.read(offset, dst);
        if (dst.hasRemaining()) {
            throw new AssertionError("read left " + dst.remaining() + " of " + bytes + " bytes");
        }
        return dst.array();
    }
}
