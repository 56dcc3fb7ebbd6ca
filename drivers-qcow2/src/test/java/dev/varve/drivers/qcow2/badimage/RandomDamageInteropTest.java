// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckReport;
import dev.varve.api.spi.BlockNode;
import dev.varve.drivers.qcow2.testimage.OneFile;
import dev.varve.drivers.qcow2.testimage.QemuCheck;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Random damage is found as {@code qemu-img check} finds it, and what it cannot open does not open here. */
class RandomDamageInteropTest {
    private static final int IMAGES = Integer.getInteger("varve.images", 60);

    @TempDir
    Path folder;

    @BeforeAll
    static void qemuIsThere() {
        assumeTrue(QemuCheck.isAvailable(), "skipped: qemu-img is not installed");
    }

    @Test
    void check_randomDamage_findsWhatQemuFinds(TestReporter reporter) throws Exception {
        long first = Long.getLong("varve.seed", System.nanoTime());
        reporter.publishEntry("-Dvarve.seed", Long.toString(first));
        for (long seed = first; seed < first + IMAGES; seed++) {
            byte[] image = new RandomDamage(seed).next();
            QemuCheck expected = QemuCheck.of(Files.write(folder.resolve("image.qcow2"), image));
            compare("-Dvarve.seed=" + seed + "\n" + expected.output(), expected, image);
        }
    }

    /** Names of snapshots may have become control characters, which only QEMU prints. */
    private static String comparable(List<String> findings) {
        return QemuCheck.sortedLines(
                findings.stream().map(text -> text.replaceFirst("snapshot .* l1_", "snapshot l1_")).toList());
    }

    private static void compare(String message, QemuCheck expected, byte[] image) throws IOException {
        List<String> findings = new ArrayList<>();
        CheckReport report;
        try {
            BlockNode node = OneFile.openReadOnly(new StoredFile(image));
            report = node.check(finding -> findings.add(finding.text()));
        } catch (BlockException e) {
            // Stricter than QEMU, which is not the subject.
            return;
        }
        if (expected.exit() == 1 && expected.report().totalClusters() == 0) {
            assertTrue(report.checkErrors() > 0, message + findings);
        } else {
            assertEquals(comparable(expected.findings()), comparable(findings), message);
            assertEquals(expected.report(), report, message);
        }
    }
}
