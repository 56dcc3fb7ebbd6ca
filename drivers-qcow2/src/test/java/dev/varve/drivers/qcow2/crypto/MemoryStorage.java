// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.nio.ByteBuffer;

/** A header's area in memory. */
record MemoryStorage(byte[] bytes) implements LuksStorage {
    @Override
    public void read(long offset, ByteBuffer dst) {
        dst.put(bytes, (int) offset, dst.remaining());
    }

    @Override
    public void write(long offset, ByteBuffer src) {
        src.get(bytes, (int) offset, src.remaining());
    }

    @Override
    public void flush() {
        // Memory is as stable as a test needs.
    }
}
