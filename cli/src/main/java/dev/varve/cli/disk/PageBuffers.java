// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import java.nio.ByteBuffer;

/** Direct buffers that begin on a memory page: the system copies into them faster, and direct I/O needs no bounce. */
public final class PageBuffers {
    private static final int PAGE = 4096;

    private PageBuffers() {
    }

    /**
     * A new buffer.
     *
     * @param bytes its capacity
     * @return zeroes, position 0
     */
    public static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * PAGE)).alignedSlice(PAGE).limit(bytes).slice();
    }
}
