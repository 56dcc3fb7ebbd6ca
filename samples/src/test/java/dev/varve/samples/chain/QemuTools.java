// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** qemu-img for tests that compare with it. */
public final class QemuTools {
    private QemuTools() {}

    /** Runs qemu-img to success; without qemu-img the test is skipped. */
    public static String img(String... words) throws IOException, InterruptedException {
        boolean there = Pattern.compile(File.pathSeparator, Pattern.LITERAL).splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "qemu-img")));
        assumeTrue(there, "skipped: qemu-img is not on the path");
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + out);
        return out;
    }
}
