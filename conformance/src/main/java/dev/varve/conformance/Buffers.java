// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.spi.BlockLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Buffers of every make: heap, direct, sliced, amid a larger one, of either byte order. */
final class Buffers {
    private static final int MARGIN = 64;

    private Buffers() {
    }

    /** Writable buffers of which {@code bytes} bytes remain, all of them {@code fill}. */
    static List<ByteBuffer> of(int bytes, BlockLimits limits, byte fill) {
        List<ByteBuffer> all = new ArrayList<>();
        int alignment = limits.memoryAlignment();
        all.add(ByteBuffer.allocateDirect(bytes + alignment).alignedSlice(alignment).slice(0, bytes));
        all.add(amid(ByteBuffer.allocateDirect(bytes + 2 * (MARGIN + alignment)).alignedSlice(alignment), bytes,
                Math.max(MARGIN, alignment)));
        if (alignment == 1) {
            all.add(ByteBuffer.allocate(bytes));
            all.add(amid(ByteBuffer.allocate(bytes + 2 * MARGIN), bytes, MARGIN));
            all.add(amid(ByteBuffer.allocate(bytes + 4 * MARGIN).slice(MARGIN, bytes + 2 * MARGIN), bytes, 1));
            all.add(ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN));
        }
        all.forEach(buffer -> fill(buffer, fill));
        return all;
    }

    private static ByteBuffer amid(ByteBuffer larger, int bytes, int position) {
        return larger.position(position).limit(position + bytes);
    }

    private static void fill(ByteBuffer buffer, byte value) {
        for (int i = buffer.position(); i < buffer.limit(); i++) {
            buffer.put(i, value);
        }
    }

    /** Fails where bytes outside {@code from} to {@code to} are not zero. */
    static void assertMarginsUntouched(ByteBuffer buffer, int from, int to) {
        for (int i = 0; i < buffer.capacity(); i++) {
            boolean inside = i >= from && i < to;
            // Absolute reads end at the limit.
            if (!inside && buffer.duplicate().clear().get(i) != 0) {
                throw new AssertionError("byte " + i + " of the buffer was touched; the request was " + from + " to "
                        + to);
            }
        }
    }
}
