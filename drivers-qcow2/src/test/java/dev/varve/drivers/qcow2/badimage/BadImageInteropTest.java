// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.drivers.qcow2.testimage.QemuCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What QEMU does with bad images: nothing that it refuses may be accepted here; where it accepts is told. */
class BadImageInteropTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void qemuIsThere() {
        assumeTrue(QemuCheck.isAvailable(), "skipped: qemu-img is not installed");
    }

    /** What QEMU did with an image that it opened and read as a whole. */
    private enum Verdict {
        OPEN_REFUSED, READ_REFUSED, ACCEPTED
    }

    @Test
    void qemu_badImages_refusesNothingThatVarveAccepts(TestReporter reporter) throws Exception {
        List<BadImage> images = BadImages.all();
        List<Verdict> verdicts = verdicts(images);
        List<String> accepted = new ArrayList<>();
        List<String> stricter = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            BadImage image = images.get(i);
            if (verdicts.get(i).ordinal() < image.outcome().ordinal()) {
                accepted.add(verdicts.get(i) + " by QEMU: " + image.name());
            } else if (verdicts.get(i).ordinal() > image.outcome().ordinal()) {
                stricter.add(image.name());
            }
        }

        reporter.publishEntry("stricter than QEMU", String.join("; ", stricter));
        assertEquals(List.of(), accepted);
    }

    /** One qemu-io for all images. */
    private List<Verdict> verdicts(List<BadImage> images) throws IOException, InterruptedException {
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < images.size(); i++) {
            Path file = Files.write(folder.resolve(i + ".qcow2"), images.get(i).bytes());
            // The backing file that some images name is not the subject.
            commands.append("open -r -o driver=qcow2,backing=,file.filename=").append(file)
                    .append("\nread 0 5M\nclose\n");
        }
        Path script = Files.writeString(folder.resolve("commands"), commands);
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder("qemu-io").redirectErrorStream(true).redirectInput(script.toFile())
                .redirectOutput(log.toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return parse(Files.readString(log), images.size());
    }

    private static List<Verdict> parse(String log, int count) {
        List<Verdict> verdicts = new ArrayList<>();
        Matcher answer = Pattern.compile("read 5242880/5242880|read failed|no file open").matcher(log);
        while (answer.find()) {
            switch (answer.group()) {
                case "no file open" -> {
                    verdicts.add(Verdict.OPEN_REFUSED);
                    // Once for read and once for close.
                    assertTrue(answer.find() && answer.group().equals("no file open"), log);
                }
                case "read failed" -> verdicts.add(Verdict.READ_REFUSED);
                default -> verdicts.add(Verdict.ACCEPTED);
            }
        }
        assertEquals(count, verdicts.size(), log);
        return verdicts;
    }
}
