// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much heap a thread has allocated. */
final class AllocatedBytes {
    private AllocatedBytes() {
    }

    /** The bytes that the calling thread has allocated so far, or 0 where the system does not count them. */
    static long ofThisThread() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemorySupported() ? threads.getCurrentThreadAllocatedBytes() : 0;
    }
}
