// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The real tool, where it is installed. */
public final class QemuImg {
    private QemuImg() {
    }

    /** What a run gave. */
    public record Result(int exitCode, String output) {}

    /** Skips the test where the tools are not installed. */
    public static void require() {
        Assumptions.assumeTrue(isInstalled(), "qemu-img and qemu-io are not installed");
    }

    /** Tells whether the tools are installed. */
    public static boolean isInstalled() {
        try {
            return run("qemu-img", "--version").exitCode() == 0 && run("qemu-io", "--version").exitCode() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Runs a command to its end. */
    public static Result run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    /** Runs a command that must succeed and returns what it printed. */
    public static String ok(String... command) throws IOException, InterruptedException {
        Result result = run(command);
        assertEquals(0, result.exitCode(), () -> String.join(" ", command) + "\n" + result.output());
        return result.output();
    }

    /** {@code qemu-img create -f qcow2 -o options}. */
    public static void create(Path path, long size, String options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2"));
        if (!options.isEmpty()) {
            command.addAll(List.of("-o", options));
        }
        command.addAll(List.of(path.toString(), Long.toString(size)));
        ok(command.toArray(String[]::new));
    }

    /** {@code qemu-io -c command ...}. */
    public static void io(Path path, String... commands) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "qcow2", "-d", "unmap"));
        for (String each : commands) {
            command.addAll(List.of("-c", each));
        }
        command.add(path.toString());
        ok(command.toArray(String[]::new));
    }

    /** {@code qemu-img check}: 0 clean, 2 corrupt, 3 leaks. */
    public static Result check(Path path) throws IOException, InterruptedException {
        return run("qemu-img", "check", "-f", "qcow2", path.toString());
    }
}
