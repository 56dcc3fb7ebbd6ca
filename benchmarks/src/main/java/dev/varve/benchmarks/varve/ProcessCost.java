// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has spent so far.
 *
 * @param cpuNanos time on processors, of all threads, the compiler's and the collector's among them
 * @param readBytes what read calls have returned, from the page cache too (rchar of proc_pid_io(5)); 0 where the system
 *        does not tell
 */
record ProcessCost(long cpuNanos, long readBytes) {
    static ProcessCost now() {
        long cpu = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime() : 0;
        return new ProcessCost(cpu, read());
    }

    private static long read() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
                if (line.startsWith("rchar: ")) {
                    return Long.parseLong(line.substring("rchar: ".length()));
                }
            }
        } catch (IOException e) {
            // No /proc: nothing to tell.
        }
        return 0;
    }

    ProcessCost since(ProcessCost earlier) {
        return new ProcessCost(cpuNanos - earlier.cpuNanos, readBytes - earlier.readBytes);
    }
}
