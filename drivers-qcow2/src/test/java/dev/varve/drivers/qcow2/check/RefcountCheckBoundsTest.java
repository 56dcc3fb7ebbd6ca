// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import dev.varve.drivers.qcow2.testimage.AllocatedBytes;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However an image is made up, a check ends soon and needs little memory. */
class RefcountCheckBoundsTest {
    private static final long MEMORY = 64 << 20;
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final long COPIED = 1L << 63;

    private final List<CheckFinding> findings = new ArrayList<>();

    @Test
    void run_sparseTebibyte_needsLittleMemory() {
        CheckReport report = check(sparse(new ImageWords(image().bytes()), 1L << 40));

        assertTrue(report.isClean(), findings::toString);
    }

    @Test
    void run_fileOfTooManyClusters_isACheckError() {
        ImageWords words = new ImageWords(new GoodImage(3, 9, 4, 1 << 20).data(0, 1).bytes());

        CheckReport report = check(sparse(words, 1L << 41));

        assertEquals("ERROR: the image has 4294967296 clusters, allowed are 2147483647",
                findings.getFirst().text());
        assertEquals(1, report.checkErrors());
    }

    @Test
    void run_referencesStrewnOverAnEnormousFile_stopInsteadOfTakingMemory() {
        long size = 1L << 46;
        ImageWords words = new ImageWords(image().bytes());
        StoredFile file = sparse(words, size);
        for (int table = 0; table < 8; table++) {
            long l2 = (1 << 26) + table * 0x10000L;
            file.putLong(words.l1() + 8 * table, COPIED | l2);
            ByteBuffer entries = ByteBuffer.allocate(0x10000);
            while (entries.hasRemaining()) {
                entries.putLong(COPIED | (table * 8192L + entries.position() / 8) * (size >>> 16) & -0x10000L);
            }
            file.put(l2, entries.array());
        }

        CheckReport report = check(file);

        assertTrue(findings.getLast().text().startsWith("ERROR: counting the references needs more than"),
                findings.getLast()::toString);
        assertEquals(1, report.checkErrors());
    }

    @Test
    void run_oneRefcountBlockForAnEnormousFile_countsAllLeaksAndListsSome() {
        ImageWords words = new ImageWords(image().bytes());
        words.fill(words.refcountBlock(0), words.refcountBlock(0) + 0x10000, 1);
        for (int i = 1; i < 512; i++) {
            words.int64(words.refcountTable() + 8 * i, words.refcountBlock(0));
        }

        CheckReport report = check(sparse(words, 1L << 40));

        assertEquals((1L << 24) - 1, report.leaks(), "all clusters but that of the block");
        assertEquals(Findings.LISTED, findings.size());
    }

    @Test
    void run_manySnapshotsWithOverlappingL1Tables_stopsSoon() {
        int snapshots = 65_536;
        ImageWords words = new ImageWords(new GoodImage(3, 9, 4, 1 << 20).data(0, 1).bytes());
        int table = 1 << 20;
        long l1 = 1 << 23;
        words.int32(ImageWords.NB_SNAPSHOTS, snapshots).int64(ImageWords.SNAPSHOTS_OFFSET, table);
        ByteBuffer entries = ByteBuffer.allocate(snapshots * 56);
        for (int i = 0; i < snapshots; i++) {
            entries.putLong(l1 + 512L * i).putInt(1 << 22).putShort((short) 0).putShort((short) 0).putLong(0);
            entries.putLong(0).putInt(0).putInt(16).putLong(0).putLong(1 << 20);
        }
        StoredFile file = sparse(words, 1 << 27).put(table, entries.array());
        file.putLong(l1 + (1 << 25) - 512, words.l2(0));

        CheckReport report = check(file);

        assertTrue(findings.getLast().text().startsWith("ERROR: the tables overlap: they take more than"),
                findings.getLast()::toString);
        assertEquals(1, report.checkErrors());
    }

    private static GoodImage image() {
        return new GoodImage(3, 16, 4, 4L << 30).data(0, 1);
    }

    private static StoredFile sparse(ImageWords words, long size) {
        return new StoredFile(size).put(0, words.bytes());
    }

    private CheckReport check(StoredFile file) {
        return assertTimeoutPreemptively(TIME, () -> {
            AllocatedBytes allocated = new AllocatedBytes();
            CheckReport report = RefcountCheck.run(HeaderReader.read(file), file, findings::add);
            long bytes = allocated.soFar();
            assertTrue(bytes < MEMORY, () -> bytes + " bytes allocated");
            return report;
        });
    }
}
