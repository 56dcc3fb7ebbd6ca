// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a table of entries of varying length in large pieces. */
final class TableWindow {
    private static final int CAPACITY = 256 << 10;

    private final ImageBytes bytes;
    private final String reader;
    private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY);
    private long start = Long.MIN_VALUE;

    TableWindow(ImageBytes bytes, String reader) {
        this.bytes = bytes;
        this.reader = reader;
    }

    /**
     * The bytes at an offset.
     *
     * @param offset where, at least 0
     * @param length how many, at most 256 KiB
     * @return a buffer whose remaining bytes begin with them; valid until the next call
     */
    ByteBuffer at(long offset, int length) throws CheckStopped, IOException {
        if (start == Long.MIN_VALUE || offset < start || offset + length > start + CAPACITY) {
            bytes.read(offset, buffer.clear(), reader);
            start = offset;
        }
        return buffer.position((int) (offset - start));
    }
}
