// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Direct buffers for entries that are read once; a few are kept for all images together. Thread-safe. */
final class TableScratch {
    /** The size of each. */
    static final int BYTES = 64 << 10;

    private static final int KEPT = 4;
    private static final AtomicReferenceArray<ByteBuffer> IDLE = new AtomicReferenceArray<>(KEPT);

    private TableScratch() {
    }

    static ByteBuffer take() {
        for (int i = 0; i < KEPT; i++) {
            ByteBuffer buffer = IDLE.get(i) == null ? null : IDLE.getAndSet(i, null);
            if (buffer != null) {
                return buffer;
            }
        }
        return ByteBuffer.allocateDirect(BYTES);
    }

    /** Keeps a buffer for the next taker, or lets it go where enough are kept. */
    static void giveBack(ByteBuffer buffer) {
        for (int i = 0; i < KEPT; i++) {
            if (IDLE.compareAndSet(i, null, buffer)) {
                return;
            }
        }
    }
}
