// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What QEMU's tools say of an image, and varve's with them. */
final class Qemu {
    private Qemu() {
    }

    /** Skips the test where one of the programs is not on the path. */
    static void assumeInstalled(String... programs) {
        for (String program : programs) {
            boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            assumeTrue(found, () -> "skipped: " + program + " is not on the path");
        }
    }

    /** Says that qemu-img and varve find neither an error nor a leak, and count the same clusters. */
    static void assertSound(Path image) {
        Tool theirs = Tool.run("qemu-img", "check", "-f", "qcow2", image);
        assertEquals(0, theirs.code(), () -> image + ": " + theirs);
        Tool ours = Tool.varve("check", "-f", "qcow2", image);
        assertEquals(theirs.out(), ours.out(), () -> image + ": " + ours);
        assertEquals(0, ours.code(), () -> image + ": " + ours);
    }

    /** Says that qemu-img reads an image as the given bytes. */
    static void assertReadsAs(byte[] content, Path image) throws IOException {
        Path raw = image.resolveSibling("expected.raw");
        Files.write(raw, content);
        Tool compared = Tool.run("qemu-img", "compare", "-f", "qcow2", "-F", "raw", image, raw);
        assertEquals("Images are identical.\n", compared.out(), compared::toString);
        assertEquals(0, compared.code());
    }

    /** What qemu-img reads from an image. */
    static byte[] contentOf(Path image) throws IOException {
        Path raw = image.resolveSibling("content.raw");
        Tool.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image, raw).expect(0);
        return Files.readAllBytes(raw);
    }
}
