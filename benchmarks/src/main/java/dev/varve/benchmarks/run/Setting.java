// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.run;

import dev.varve.benchmarks.qemu.Tools;
import dev.varve.benchmarks.varve.MemoryReader;
import dev.varve.benchmarks.varve.VarveReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where, with what and how everything was measured. */
final class Setting {
    private Setting() {}

    static List<String> lines(RunOptions options, Tools tools) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("Run of " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ": "
                + String.join("; ", options.words()));
        lines.add(System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors()
                + " processors for this run; chains in " + Files.getFileStore(options.work()).type());
        lines.add("Java " + Runtime.version() + "; readers " + String.join(" ", VarveReader.OPTIONS) + "; memory "
                + String.join(" ", MemoryReader.OPTIONS));
        lines.addAll(tools.versions());
        lines.add(load("at the start"));
        return lines;
    }

    static String load(String when) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return String.format(Locale.ROOT, "Load average %s: %.2f", when, load);
    }
}
