// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.drivers.qcow2.badimage.BadImage.Outcome;
import dev.varve.drivers.qcow2.testimage.QemuCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        List<String> accepted = new ArrayList<>();
        List<String> stricter = new ArrayList<>();
        for (BadImage image : BadImages.all()) {
            Verdict verdict = verdict(image);
            if (verdict.ordinal() < image.outcome().ordinal()) {
                accepted.add(verdict + " by QEMU: " + image.name());
            } else if (verdict.ordinal() > image.outcome().ordinal()) {
                stricter.add(image.name());
            }
        }

        reporter.publishEntry("stricter than QEMU", String.join("; ", stricter));
        assertEquals(List.of(), accepted);
    }

    private Verdict verdict(BadImage image) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("image.qcow2"), image.bytes());
        Path log = folder.resolve("log.txt");
        // The backing file that some images name is not the subject.
        Process process = new ProcessBuilder("qemu-io", "-r", "--image-opts", "driver=qcow2,backing=,file.filename="
                + file, "-c", "read 0 5M").redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        String output = Files.readString(log);
        if (output.contains("can't open")) {
            return Verdict.OPEN_REFUSED;
        }
        return process.exitValue() == 0 && output.contains("read 5242880/5242880") ? Verdict.ACCEPTED
                : Verdict.READ_REFUSED;
    }
}
