// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.testing;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads and writes in the words of tests. */
public final class Transfers {
    private Transfers() {
    }

    /** The bytes of a range. */
    public static byte[] read(BlockIo io, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        io.read(offset, buffer, RequestFlags.NONE);
        byte[] result = new byte[bytes];
        buffer.flip().get(result);
        return result;
    }

    /** Writes bytes. */
    public static void write(BlockIo io, long offset, byte[] bytes) throws IOException {
        io.write(offset, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), RequestFlags.NONE);
    }

    /** So many bytes of a value. */
    public static byte[] bytes(int count, int value) {
        byte[] result = new byte[count];
        Arrays.fill(result, (byte) value);
        return result;
    }
}
