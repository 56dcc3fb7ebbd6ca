// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.testimage;

import java.lang.reflect.Method;

/** Measures what the current thread allocates on the heap. */
public final class AllocatedBytes {
    private final Object threads;
    private final Method counter;
    private final long before;

    /** Begins to measure. By reflection, because the module under test does not read jdk.management. */
    public AllocatedBytes() throws ReflectiveOperationException {
        threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean").invoke(null);
        counter = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        before = count();
    }

    /** How many bytes since this was made, garbage included. */
    public long soFar() throws ReflectiveOperationException {
        return count() - before;
    }

    private long count() throws ReflectiveOperationException {
        return (Long) counter.invoke(threads);
    }
}
