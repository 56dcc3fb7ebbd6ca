// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Direct buffers for copy-on-write, a few of which are kept. Thread-safe. */
final class ScratchBuffers {
    /** The size of each. */
    static final int BYTES = 256 << 10;

    private static final int KEPT = 4;

    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        if (buffer == null) {
            return ByteBuffer.allocateDirect(BYTES);
        }
        count.decrementAndGet();
        return buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        if (count.incrementAndGet() > KEPT) {
            count.decrementAndGet();
        } else {
            idle.add(buffer);
        }
    }
}
