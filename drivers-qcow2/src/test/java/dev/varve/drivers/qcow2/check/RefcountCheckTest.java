// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckFinding.Kind;
import dev.varve.api.block.CheckReport;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefcountCheckTest {
    private static final long COPIED = 1L << 63;

    private final List<CheckFinding> findings = new ArrayList<>();

    @Test
    void run_cleanImage_findsNothingAndCountsClusters() throws IOException {
        assertEquals(new CheckReport(0, 0, 0, 10 * 4096, 256, 5, 1, 0), check(image()));
        assertEquals(List.of(), findings);
    }

    @Test
    void run_refcountTooLow_isCorruptInQemusWords() throws IOException {
        CheckReport report = check(image().refcount(4, 0));

        assertEquals(List.of(new CheckFinding(Kind.CORRUPTION, "ERROR cluster 4 refcount=0 reference=1"),
                new CheckFinding(Kind.CORRUPTION,
                        "ERROR OFLAG_COPIED data cluster: l2_entry=8000000000004000 refcount=0")), findings);
        assertEquals(2, report.corruptions());
    }

    @Test
    void run_refcountTooHigh_isALeak() throws IOException {
        CheckReport report = check(image().refcount(2, 3));

        assertEquals(List.of(new CheckFinding(Kind.LEAK, "Leaked cluster 2 refcount=3 reference=1")), findings);
        assertEquals(1, report.leaks());
        assertEquals(0, report.corruptions());
    }

    @Test
    void run_misalignedData_isCorrupt() throws IOException {
        check(image().int64(0x5000, COPIED | 0x4200));

        assertEquals("ERROR offset=4200: Data cluster is not properly aligned; L2 entry corrupted.",
                findings.getFirst().text());
    }

    @Test
    void run_sharedL2Table_isReadOnce() throws IOException {
        GoodImage image = DamagedImages.plain();
        for (int i = 0; i < 20; i++) {
            image.snapshot("" + i, "s" + i);
        }
        ImageWords words = new ImageWords(image.bytes());
        StoredFile file = new StoredFile(words.bytes());

        CheckReport report = RefcountCheck.run(HeaderReader.read(file), file, findings::add);

        assertTrue(report.isClean(), findings::toString);
        assertTrue(file.bytesRead() < 20 * 4096, () -> "read " + file.bytesRead());
    }

    @Test
    void run_sharedDamagedL2Table_isCountedAsOftenAsItIsReferredTo() throws IOException {
        ImageWords words = new ImageWords(DamagedImages.plain().snapshot("1", "a").snapshot("2", "b").bytes());
        words.int64(words.l2(0) + 8, 2);

        CheckReport report = check(words);

        assertEquals(3, report.corruptions());
        assertEquals(3, findings.size());
    }

    @Test
    void run_unreadableL2Table_stopsWithACheckError() throws IOException {
        ImageWords words = image();
        StoredFile file = new StoredFile(words.bytes()).failAt(words.l2(0) + 100, words.l2(0) + 101);

        CheckReport report = RefcountCheck.run(HeaderReader.read(file), file, findings::add);

        assertEquals(1, report.checkErrors());
        assertEquals(List.of(new CheckFinding(Kind.CHECK_ERROR,
                "ERROR: I/O error in check_refcounts_l2: Input/output error")), findings);
    }

    @Test
    void run_encryptionHeader_isReferredTo() throws IOException {
        CheckReport report = check(new ImageWords(GoodImage.small().data(0, 1).encryptionHeader(9000).bytes()));

        assertTrue(report.isClean(), findings::toString);
    }

    @Test
    void run_extraDataOfASnapshotTooLong_stopsWithACheckError() throws IOException {
        ImageWords words = new ImageWords(DamagedImages.plain().snapshot("1", "s").bytes());

        CheckReport report = check(words.int32(words.snapshots() + 36, 1025));

        assertEquals(1, report.checkErrors());
        assertEquals("ERROR failed to read the snapshot table: Too much extra metadata in snapshot table entry 0\n"
                + "You can force-remove this extra metadata with qemu-img check -r all", findings.getFirst().text());
    }

    @Test
    void run_bitmapOfUnknownType_isCorruptAndStops() throws IOException {
        ImageWords words = new ImageWords(DamagedImages.plain().bitmap("b").bytes());
        int directory = (int) words.int64(words.extension(0x23852875) + 16);

        CheckReport report = check(words.int8(directory + 16, 2));

        assertEquals("ERROR bitmap directory entry 0: bitmap type is 2, allowed is 1 to 1", findings.getFirst().text());
        assertEquals(1, report.corruptions());
        assertEquals(1, report.checkErrors());
    }

    @Test
    void run_bitmapTableEntryWithReservedBits_isCorrupt() throws IOException {
        ImageWords words = new ImageWords(DamagedImages.plain().bitmap("b").bytes());
        int table = (int) words.int64((int) words.int64(words.extension(0x23852875) + 16));

        CheckReport report = check(words.int64(table, words.int64(table) | 1L << 60));

        assertEquals(1, report.corruptions());
        assertEquals(0, report.checkErrors());
    }

    @Test
    void run_controlCharactersInASnapshotsName_areNotPassedOn() throws IOException {
        ImageWords words = new ImageWords(DamagedImages.plain().snapshot("1", "\u001b[2J").bytes());

        check(words.int64(words.snapshots(), 8));

        assertEquals("ERROR snapshot 1 (?[2J) l1_offset=0x8: L1 table is not cluster aligned; "
                + "snapshot table entry corrupted", findings.getFirst().text());
    }

    private static ImageWords image() {
        return new ImageWords(DamagedImages.plain().bytes());
    }

    private CheckReport check(ImageWords words) throws IOException {
        StoredFile file = new StoredFile(words.bytes());
        return RefcountCheck.run(HeaderReader.read(file), file, findings::add);
    }
}
