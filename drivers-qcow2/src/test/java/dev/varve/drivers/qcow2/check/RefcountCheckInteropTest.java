// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import dev.varve.drivers.qcow2.testimage.QemuCheck;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The check finds what {@code qemu-img check} finds, with the same numbers and in the same words. */
class RefcountCheckInteropTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void qemuImgIsThere() {
        assumeTrue(QemuCheck.isAvailable(), "skipped: qemu-img is not installed");
    }

    static List<DamagedImages.DamagedImage> images() {
        return DamagedImages.all();
    }

    @ParameterizedTest
    @MethodSource("images")
    void run_damagedImage_findsWhatQemuFinds(DamagedImages.DamagedImage image) throws Exception {
        byte[] bytes = image.bytes().get();
        Path path = Files.write(folder.resolve("image.qcow2"), bytes);
        QemuCheck expected = QemuCheck.of(path);
        StoredFile file = new StoredFile(bytes);
        List<String> findings = new ArrayList<>();

        CheckReport report = RefcountCheck.run(HeaderReader.read(file), file,
                (CheckFinding finding) -> findings.add(finding.text()));

        assertEquals(QemuCheck.sortedLines(expected.findings()), QemuCheck.sortedLines(findings),
                expected.output());
        assertEquals(expected.report(), report);
    }
}
