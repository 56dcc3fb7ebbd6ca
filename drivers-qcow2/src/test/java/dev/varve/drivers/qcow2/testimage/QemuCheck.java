// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.testimage;

import dev.varve.api.block.CheckReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code qemu-img check} says of an image.
 *
 * @param exit its exit code: 0 clean, 1 not checked, 2 corrupt, 3 leaks
 * @param report its numbers, all 0 where it did not check
 * @param findings the lines it wrote about the image
 * @param output everything it wrote
 */
public record QemuCheck(int exit, CheckReport report, List<String> findings, String output) {
    private static final Pattern FINDING =
            Pattern.compile("(ERROR|Leaked|Repairing|Can't get refcount|Use qemu-img amend).*");

    /** Tells whether qemu-img can be run. */
    public static boolean isAvailable() {
        try {
            return new ProcessBuilder("qemu-img", "--version").redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs {@code qemu-img check} with an image. */
    public static QemuCheck of(Path image) throws IOException, InterruptedException {
        return run(image);
    }

    /** Runs {@code qemu-img check -r}. */
    public static QemuCheck repair(Path image, String what) throws IOException, InterruptedException {
        return run(image, "-r", what);
    }

    /** The lines of findings that are about the image, sorted and joined, to compare one check with another. */
    public static String sortedLines(List<String> findings) {
        return findings.stream().flatMap(String::lines).filter(line -> FINDING.matcher(line).matches()).sorted()
                .collect(Collectors.joining("\n"));
    }

    private static QemuCheck run(Path image, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-img", "check", "-f", "qcow2", "--output=json"));
        command.addAll(List.of(more));
        command.add(image.toString());
        Path out = Files.createTempFile("check", ".json");
        Path err = Files.createTempFile("check", ".txt");
        try {
            Process process = new ProcessBuilder(command).redirectOutput(out.toFile())
                    .redirectError(err.toFile()).start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException("qemu-img check took more than a minute");
            }
            String json = Files.readString(out);
            // One of its warnings ends without an end of line.
            String text = Files.readString(err, StandardCharsets.ISO_8859_1).replace("to fix.", "to fix.\n");
            List<String> findings = text.lines().filter(line -> FINDING.matcher(line).matches()).toList();
            return new QemuCheck(process.exitValue(), parse(json), findings, text);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static CheckReport parse(String json) {
        return new CheckReport(number(json, "corruptions"), number(json, "leaks"), number(json, "check-errors"),
                number(json, "image-end-offset"), number(json, "total-clusters"),
                number(json, "allocated-clusters"), number(json, "fragmented-clusters"),
                number(json, "compressed-clusters"), number(json, "corruptions-fixed"), number(json, "leaks-fixed"),
                false);
    }

    private static long number(String json, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\": (\\d+)").matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
