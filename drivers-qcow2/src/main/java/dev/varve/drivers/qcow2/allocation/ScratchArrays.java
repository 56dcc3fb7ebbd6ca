// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Arrays of one size for what is compressed, a few of which are kept. Thread-safe. */
final class ScratchArrays {
    private static final int KEPT = 8;

    private final ConcurrentLinkedQueue<byte[]> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int bytes;

    /** Of so many bytes each. */
    ScratchArrays(int bytes) {
        this.bytes = bytes;
    }

    byte[] take() {
        byte[] array = idle.poll();
        if (array == null) {
            return new byte[bytes];
        }
        count.decrementAndGet();
        return array;
    }

    void giveBack(byte[] array) {
        if (count.incrementAndGet() > KEPT) {
            count.decrementAndGet();
        } else {
            idle.add(array);
        }
    }
}
