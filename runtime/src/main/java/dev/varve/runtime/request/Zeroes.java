// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import java.nio.ByteBuffer;

/** Zero bytes: making them and finding them. */
public final class Zeroes {
    private static final int CHUNK = 1 << 20;
    private static final ByteBuffer SOURCE = ByteBuffer.allocateDirect(CHUNK).asReadOnlyBuffer();

    private Zeroes() {
    }

    /**
     * A read-only direct buffer of zero bytes.
     *
     * @param bytes how many are wanted
     * @return at most that many, at least 1
     */
    static ByteBuffer source(long bytes) {
        return SOURCE.duplicate().limit((int) Math.min(bytes, CHUNK));
    }

    /**
     * Fills the buffer with zero bytes up to a limit.
     *
     * @param buffer its position moves to the limit
     * @param limit where to stop, at most its limit
     */
    public static void fill(ByteBuffer buffer, int limit) {
        while (buffer.position() < limit) {
            int bytes = Math.min(limit - buffer.position(), CHUNK);
            buffer.put(buffer.position(), SOURCE, 0, bytes);
            buffer.position(buffer.position() + bytes);
        }
    }

    /**
     * Tells whether the remaining bytes are all zero.
     *
     * @param buffer is not changed
     * @return true for an empty buffer
     */
    public static boolean only(ByteBuffer buffer) {
        int position = buffer.position();
        int limit = buffer.limit();
        while (limit - position >= Long.BYTES) {
            if (buffer.getLong(position) != 0) {
                return false;
            }
            position += Long.BYTES;
        }
        for (; position < limit; position++) {
            if (buffer.get(position) != 0) {
                return false;
            }
        }
        return true;
    }
}
