// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How much direct memory buffers hold. */
final class DirectMemory {
    private static final int PATIENCE = 20;

    private DirectMemory() {
    }

    /** What is held when garbage was collected, as soon as that is no more than expected. */
    static long settled(long expected) {
        long held = held();
        for (int i = 0; i < PATIENCE && (i == 0 || held > expected); i++) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            held = held();
        }
        return held;
    }

    private static long held() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }
}
