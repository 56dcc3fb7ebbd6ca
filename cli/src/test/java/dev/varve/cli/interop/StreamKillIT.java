// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Tool;
import dev.varve.conformance.workload.Seed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A process that streams is killed again and again: the disk stays what it was, and each run goes on. */
class StreamKillIT {
    private static final int KILLS = Integer.getInteger("varve.kills", 30);
    private static final int SIZE = 24 << 20;
    private static final int CLUSTER = 4096;
    /** So that all kills together do not reach the end: a step copies 64 KiB. */
    private static final int MOST_STEPS = 2 * SIZE / (1 << 16) / 40;
    /** Of the first run: what this many copy needs more tables than the child keeps in memory, so some must survive. */
    private static final int STEPS_THAT_LAST = 120;
    /** qemu-img check: leaked clusters, and nothing worse. */
    private static final int LEAKS = 3;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findQemu() {
        Qemu.assumeInstalled("qemu-img", "qemu-io");
    }

    @Test
    void killedStream_leavesTheDiskAsItWas_andTheNextOneGoesOn(TestReporter reporter) {
        Seed.run(random -> {
            Path top = chain(random);
            byte[] content = Qemu.contentOf(top);
            int leaking = 0;
            long steps = 0;
            for (int kill = 0; kill < KILLS && !isDone(top); kill++) {
                steps += runAndKill(top, kill == 0 ? STEPS_THAT_LAST : random.nextInt(MOST_STEPS));
                Tool check = Tool.run("qemu-img", "check", "-f", "qcow2", top);
                assertTrue(check.code() == 0 || check.code() == LEAKS, check::toString);
                leaking += check.code() == LEAKS ? 1 : 0;
                Qemu.assertReadsAs(content, top);
            }
            long there = allocated(top);
            reporter.publishEntry("after " + steps + " steps " + there + " clusters are there, leaks after " + leaking
                    + " kills");
            assertTrue(there > 0, "nothing survived");
            if (!isDone(top)) {
                assertEquals("completed " + (SIZE - there * CLUSTER), lastLine(top));
            }
            Files.move(folder.resolve("base.qcow2"), folder.resolve("gone.qcow2"));
            Qemu.assertReadsAs(content, top);
        });
    }

    /** A base without a zero cluster, a layer with some clusters of its own, and an empty top. */
    private Path chain(Random random) throws IOException {
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        Path raw = Files.write(folder.resolve("base.raw"), bytes);
        Path base = folder.resolve("base.qcow2");
        Path middle = folder.resolve("middle.qcow2");
        Path top = folder.resolve("top.qcow2");
        Tool.run("qemu-img", "convert", "-O", "qcow2", "-o", "cluster_size=4k", raw, base).expect(0);
        create(middle, base);
        for (int i = 0; i < 10; i++) {
            int cluster = random.nextInt(SIZE / CLUSTER - 10);
            Tool.run("qemu-io", "-f", "qcow2", "-c", "write -P 0x5a " + (long) cluster * CLUSTER + " 40000", middle)
                    .expect(0);
        }
        create(top, middle);
        return top;
    }

    private static void create(Path image, Path backing) {
        Tool.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", "cluster_size=4k", "-F", "qcow2", "-b",
                backing.getFileName(), image).expect(0);
    }

    private static Process start(Path top) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                StreamChild.class.getName(), top.toString())).redirectErrorStream(true).start();
    }

    /** Kills a run after a number of its steps; returns how many it made. */
    private static long runAndKill(Path top, int most) throws IOException {
        Process process = start(top);
        long steps = 0;
        try (BufferedReader lines = process.inputReader()) {
            for (; steps < most; steps++) {
                String line = lines.readLine();
                if (line == null) {
                    break;
                }
                assertTrue(line.startsWith("copied ") || line.startsWith("completed "), line);
            }
            process.destroyForcibly().onExit().join();
        }
        return steps;
    }

    private static String lastLine(Path top) throws IOException {
        Process process = start(top);
        try (BufferedReader lines = process.inputReader()) {
            return lines.lines().reduce("", (earlier, later) -> later);
        }
    }

    private static boolean isDone(Path top) {
        return !Tool.run("qemu-img", "info", top).expect(0).out().contains("backing file:");
    }

    private static long allocated(Path top) {
        String out = Tool.run("qemu-img", "check", "--output=json", "-f", "qcow2", top).out();
        Matcher matcher = Pattern.compile("\"allocated-clusters\": (\\d+)").matcher(out);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
