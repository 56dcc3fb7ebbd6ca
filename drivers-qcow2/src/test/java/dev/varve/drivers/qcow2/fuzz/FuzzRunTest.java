// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Runs the coverage-guided fuzzer for {@code varve.fuzz.seconds}, in a program of its own. The profile {@code fuzz}
 * brings the fuzzer; elsewhere the test is skipped. What it keeps is in {@code target/fuzz}.
 */
class FuzzRunTest {
    private static final String FUZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final int SECONDS = Integer.getInteger("varve.fuzz.seconds", 60);

    @Test
    void images_forTheFuzzersTime_failWithBlockExceptionsOnly(TestReporter reporter) throws Exception {
        run(ImageFuzzer.class, FuzzFolders.IMAGES, reporter);
    }

    @Test
    void luksHeaders_forTheFuzzersTime_failWithBlockExceptionsOnly(TestReporter reporter) throws Exception {
        run(LuksFuzzer.class, FuzzFolders.LUKS_HEADERS, reporter);
    }

    private static void run(Class<?> target, Path inputs, TestReporter reporter) throws Exception {
        Assumptions.assumeTrue(isInstalled(), "the fuzzer is not here; run with -Pfuzz");
        Path work = Files.createDirectories(FuzzFolders.WORK.resolve(target.getSimpleName())).toAbsolutePath();
        Path corpus = Files.createDirectories(work.resolve("corpus"));
        Path log = work.resolve("log.txt");
        Process fuzzer = new ProcessBuilder(command(target, corpus, inputs.toAbsolutePath())).directory(work.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        int exit = fuzzer.waitFor();
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        String end = lines.stream().skip(Math.max(0, lines.size() - 60)).collect(Collectors.joining("\n"));
        reporter.publishEntry("fuzzer", lines.isEmpty() ? "" : lines.getLast());
        assertEquals(0, exit, () -> end);
    }

    private static boolean isInstalled() {
        try {
            Class.forName(FUZZER, false, FuzzRunTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static List<String> command(Class<?> target, Path corpus, Path inputs) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "--enable-native-access=ALL-UNNAMED", "-cp", classPath(), FUZZER,
                "--target_class=" + target.getName(), "--instrumentation_includes=dev.varve.**",
                "-max_total_time=" + SECONDS, "-timeout=60", "-rss_limit_mb=4096", "-max_len=4096",
                corpus.toString(), inputs.toString()));
        return command;
    }

    /** The tests may run as a module, patched with their classes. */
    private static String classPath() {
        Set<String> all = new LinkedHashSet<>();
        Path target = FuzzFolders.WORK.toAbsolutePath().getParent();
        all.add(target.resolve("test-classes").toString());
        all.add(target.resolve("classes").toString());
        for (String property : List.of("jdk.module.path", "java.class.path", "surefire.test.class.path")) {
            all.addAll(List.of(System.getProperty(property, "").split(java.io.File.pathSeparator)));
        }
        all.remove("");
        return String.join(java.io.File.pathSeparator, all);
    }
}
