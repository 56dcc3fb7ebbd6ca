// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where and with what the experiment was run.
 *
 * @param lines one fact each
 */
record Setting(List<String> lines) {
    static Setting of(Optional<QemuRun> qemu, String without) throws IOException {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors";
        String java = "Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + "), options "
                + String.join(" ", ReaderProcess.OPTIONS);
        String other = qemu.isPresent() ? qemu.get().version() : "QEMU was not measured: " + without;
        return new Setting(List.of(system, java, other));
    }
}
