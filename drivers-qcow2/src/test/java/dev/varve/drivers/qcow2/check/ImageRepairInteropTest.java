// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RepairScope;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.testimage.QemuCheck;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A repair mends what {@code qemu-img check -r} mends, says so in the same words and leaves nothing to mend. */
class ImageRepairInteropTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void qemuImgIsThere() {
        assumeTrue(QemuCheck.isAvailable(), "skipped: qemu-img is not installed");
    }

    static List<DamagedImages.DamagedImage> images() {
        // A repair opens the image for writing, which stores bitmaps anew; snapshot tables are the node's to write; a
        // table that is not aligned is written back by QEMU over what lies there, which is refused here.
        return DamagedImages.all().stream().filter(image -> !image.name().contains("bitmap")
                && !image.name().equals("L1 entry not aligned")
                && !image.name().equals("one snapshot too many")
                && !image.name().equals("snapshot without extra data")).toList();
    }

    @ParameterizedTest
    @MethodSource("images")
    void run_all_mendsWhatQemuMends(DamagedImages.DamagedImage image) throws Exception {
        compare(image.bytes().get(), RepairScope.ALL, "all");
    }

    @ParameterizedTest
    @MethodSource("images")
    void run_leaks_mendsWhatQemuMends(DamagedImages.DamagedImage image) throws Exception {
        compare(image.bytes().get(), RepairScope.LEAKS, "leaks");
    }

    private void compare(byte[] bytes, RepairScope scope, String word) throws Exception {
        Path theirs = Files.write(folder.resolve("theirs.qcow2"), bytes);
        QemuCheck expected = QemuCheck.repair(theirs, word);
        QemuCheck after = QemuCheck.of(theirs);
        StoredFile file = new StoredFile(bytes);
        List<String> findings = new ArrayList<>();

        CheckReport report = repair(file, scope, findings);

        if (expected.output().contains("Check failed")) {
            return;
        }
        Path ours = Files.write(folder.resolve("ours.qcow2"), file.content());
        QemuCheck left = QemuCheck.of(ours);
        assertEquals(QemuCheck.sortedLines(expected.findings()), QemuCheck.sortedLines(findings), expected.output());
        assertEquals(expected.report().corruptionsFixed(), report.corruptionsFixed(), "corruptions fixed");
        assertEquals(expected.report().leaksFixed(), report.leaksFixed(), "leaks fixed");
        assertEquals(after.report(), left.report(), () -> left.output() + "\n" + findings);
    }

    private static CheckReport repair(StoredFile file, RepairScope scope, List<String> findings) throws IOException {
        Header header = HeaderReader.readForRepair(file);
        HostFile host = new HostFile(file, header.geometry());
        HeaderStore headers = new HeaderStore(host, header);
        CheckReport report = ImageRepair.run(headers, file, scope, (entries, oldBytes) -> { },
                finding -> findings.add(finding.text()));
        if (report.corruptionsFixed() + report.leaksFixed() > 0) {
            // The tool checks again what it has mended.
            RefcountCheck.run(headers.header(), file, finding -> findings.add(finding.text()));
        }
        return report;
    }
}
