// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may open a disk beside whom: varve and QEMU refuse each other exactly where two QEMUs would. */
class LocksIT {
    private static final Pattern LOCK = Pattern.compile("Failed to get (shared )?\"[a-z ]+\" lock");

    /** The users of a disk, by the arguments of qemu-io and {@code varve io}. */
    private static final Map<String, List<String>> USERS = new LinkedHashMap<>();

    @TempDir
    private Path folder;

    static {
        USERS.put("writer", List.of());
        USERS.put("reader", List.of("-r"));
        USERS.put("force-share reader", List.of("-r", "-U"));
    }

    @BeforeAll
    static void findQemu() {
        Qemu.assumeInstalled("qemu-img", "qemu-io");
    }

    @BeforeEach
    void makeImages() {
        Tool.run("qemu-img", "create", "-q", "-f", "raw", folder.resolve("disk.raw"), "1M").expect(0);
        Tool.run("qemu-img", "create", "-q", "-f", "raw", folder.resolve("other.raw"), "1M").expect(0);
        Tool.run("qemu-img", "create", "-q", "-f", "qcow2", folder.resolve("base.qcow2"), "1M").expect(0);
        Tool.run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", folder.resolve("base.qcow2"),
                folder.resolve("top.qcow2")).expect(0);
        Tool.run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", folder.resolve("base.qcow2"),
                folder.resolve("second.qcow2")).expect(0);
    }

    /** What the first user has open, and what the others come for. */
    static Stream<Arguments> encounters() {
        List<Arguments> encounters = new ArrayList<>();
        for (String user : USERS.keySet()) {
            for (String[] files : new String[][] {{"disk.raw", "disk.raw"}, {"top.qcow2", "top.qcow2"},
                {"top.qcow2", "base.qcow2"}, {"base.qcow2", "top.qcow2"}, {"top.qcow2", "second.qcow2"}}) {
                encounters.add(Arguments.of(user, files[0], files[1]));
            }
        }
        return encounters.stream();
    }

    @ParameterizedTest(name = "{0} of {1}, others come for {2}")
    @MethodSource("encounters")
    void others_besideAUser_areRefusedWhereASecondQemuIs(String user, String held, String wanted) throws IOException {
        List<String> first = new ArrayList<>(USERS.get(user));
        first.addAll(List.of("-f", format(held), path(held)));
        Map<String, String> expected;
        try (DiskUser qemu = DiskUser.Qemu.open(first)) {
            expected = outcomes(wanted, LocksIT::qemu);
            assertEquals(lines(expected), lines(outcomes(wanted, words -> varve(words, qemu))),
                    "varve beside QEMU");
        }
        try (DiskUser varve = DiskUser.Varve.open(first)) {
            assertEquals(lines(expected), lines(outcomes(wanted, LocksIT::qemu)), "QEMU beside varve");
            assertEquals(lines(expected), lines(outcomes(wanted, words -> varve(words, varve))),
                    "varve beside varve");
        }
        assertTrue(outcomes(wanted, LocksIT::qemu).values().stream().allMatch("done"::equals), "a lock is left");
    }

    private Map<String, String> outcomes(String wanted, Program program) {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (List<String> words : commands(wanted)) {
            outcomes.put(String.join(" ", words), program.outcome(words));
        }
        return outcomes;
    }

    /** Everything that can be done to a disk; those that write come last, and leave it as it is for those who come. */
    private List<List<String>> commands(String wanted) {
        String format = format(wanted);
        String disk = path(wanted);
        String other = path("other.raw");
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of("io", "-r", "-f", format, "-c", "length", disk));
        commands.add(List.of("io", "-r", "-U", "-f", format, "-c", "length", disk));
        commands.add(List.of("io", "-f", format, "-c", "length", disk));
        for (String share : List.of("", "-U")) {
            commands.add(words("info", share, "-f", format, disk));
            commands.add(words("map", share, "-f", format, disk));
            commands.add(words("convert", share, "-f", format, "-O", "raw", disk, other));
            commands.add(words("compare", share, "-f", format, "-F", "raw", disk, other));
            if (format.equals("qcow2")) {
                commands.add(words("check", share, "-f", format, disk));
                commands.add(words("info", share, "--backing-chain", "-f", format, disk));
            }
        }
        commands.add(List.of("convert", "-n", "-f", "raw", "-O", format, other, disk));
        commands.add(format.equals("raw") ? List.of("create", "-q", "-f", format, disk, "1M")
                : List.of("create", "-q", "-f", format, "-F", "qcow2", "-b", path("base.qcow2"), path("top.qcow2")));
        return commands;
    }

    private static List<String> words(String... words) {
        return Stream.of(words).filter(word -> !word.isEmpty()).toList();
    }

    private static String qemu(List<String> words) {
        List<Object> command = new ArrayList<>();
        command.addAll(words.get(0).equals("io") ? List.of("qemu-io") : List.of("qemu-img", words.get(0)));
        command.addAll(words.subList(1, words.size()));
        return outcome(Tool.run(command.toArray()));
    }

    /** Where varve is refused, it tells by whom. */
    private static String varve(List<String> words, DiskUser holder) {
        Tool run = Tool.varve(words.toArray());
        String outcome = outcome(run);
        if (!outcome.equals("done")) {
            assertTrue((run.out() + run.err()).contains("is held by " + holder.name()), run::toString);
        }
        return outcome;
    }

    /** Done, or which lock was in the way, with the exit code. */
    private static String outcome(Tool run) {
        if (run.code() == 0) {
            return "done";
        }
        Matcher lock = LOCK.matcher(run.out() + run.err());
        return "exit code " + run.code() + ", " + (lock.find() ? lock.group() : run.out() + run.err());
    }

    private static String lines(Map<String, String> outcomes) {
        StringBuilder lines = new StringBuilder();
        outcomes.forEach((command, outcome) -> lines.append(command).append(": ").append(outcome).append('\n'));
        return lines.toString();
    }

    @Test
    void writers_ofOverlaysOfOneBase_workSideBySide() throws IOException {
        try (DiskUser qemu = DiskUser.Qemu.open(List.of("-f", "qcow2", path("top.qcow2")));
                DiskUser varve = DiskUser.Varve.open(List.of("-f", "qcow2", path("second.qcow2")))) {
            assertFalse(qemu.name().equals(varve.name()));
            assertEquals("exit code 1, Failed to get \"write\" lock",
                    qemu(List.of("io", "-f", "qcow2", "-c", "length", path("base.qcow2"))));
        }
    }

    private String path(String file) {
        return folder.resolve(file).toString();
    }

    private static String format(String file) {
        return file.substring(file.indexOf('.') + 1);
    }

    /** One of two programs that take the same words. */
    @FunctionalInterface
    private interface Program {
        String outcome(List<String> words);
    }
}
