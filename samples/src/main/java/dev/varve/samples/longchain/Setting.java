// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where and with what the experiment was run.
 *
 * @param lines one fact each
 */
record Setting(List<String> lines) {
    static Setting of(Path folder, Optional<QemuRun> qemu, String without) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        lines.add("Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + "), options "
                + String.join(" ", VarveRun.OPTIONS));
        if (qemu.isPresent()) {
            lines.addAll(qemu.get().versions());
        } else {
            lines.add("QEMU was not measured: " + without);
        }
        lines.add("the files were in " + folder.getParent() + " (" + Files.getFileStore(folder).type() + ")");
        return new Setting(lines);
    }
}
