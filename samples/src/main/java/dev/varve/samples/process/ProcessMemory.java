// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Resident memory of processes from Linux's /proc (proc_pid_status(5)). */
public final class ProcessMemory {
    private static final int KIB = 1024;

    private ProcessMemory() {}

    /**
     * Resident memory now.
     *
     * @param pid the process
     * @return bytes; empty where the system does not tell or the process has gone
     */
    public static OptionalLong resident(long pid) {
        return field(pid, "VmRSS:");
    }

    /**
     * The most resident memory so far.
     *
     * @param pid the process
     * @return bytes; empty where the system does not tell or the process has gone
     */
    public static OptionalLong residentPeak(long pid) {
        return field(pid, "VmHWM:");
    }

    private static OptionalLong field(long pid, String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(name) && line.endsWith(" kB")) {
                    String kib = line.substring(name.length(), line.length() - 3).strip();
                    return OptionalLong.of(Long.parseLong(kib) * KIB);
                }
            }
        } catch (IOException e) {
            // No /proc, or the process ended meanwhile: nothing to tell.
        }
        return OptionalLong.empty();
    }
}
