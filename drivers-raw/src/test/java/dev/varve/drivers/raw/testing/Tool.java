// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Programs of this machine that tests compare with; a test that needs an absent one is skipped with a word. */
public final class Tool {
    private Tool() {
    }

    /** Skips the test where the program is not on the path. */
    public static void assumePresent(String program) {
        boolean present = false;
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            present |= Files.isExecutable(Path.of(folder, program));
        }
        Assumptions.assumeTrue(present, program + " is not on the path");
    }

    /** Runs a command to its end. */
    public static Result run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    /** What a command left. */
    public record Result(int status, String output) {}

    /** A qemu-io that has a file open until it is closed. */
    public static final class QemuIo implements AutoCloseable {
        private final Process process;
        private final Writer input;

        /** Starts it and waits until it has the file open. */
        public QemuIo(String... arguments) throws IOException {
            String[] command = new String[arguments.length + 1];
            command[0] = "qemu-io";
            System.arraycopy(arguments, 0, command, 1, arguments.length);
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            input = process.outputWriter();
            input.write("length\n");
            input.flush();
            BufferedReader output = process.inputReader();
            String line = output.readLine();
            if (line == null || !line.contains("iB")) {
                throw new IOException("qemu-io said: " + line);
            }
        }

        /** Its process. */
        public long pid() {
            return process.pid();
        }

        @Override
        public void close() throws IOException {
            input.close();
            process.onExit().join();
        }
    }
}
