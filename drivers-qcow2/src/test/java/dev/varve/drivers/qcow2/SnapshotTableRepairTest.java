// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RepairScope;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.check.RefcountCheck;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mending a snapshot table puts another one in its place and lets go of all that the old one took. */
class SnapshotTableRepairTest {
    private static final int EXTRA_SIZE = 36;

    /** The entry reaches into the next cluster by what is discarded. */
    private static byte[] withTooMuchExtraData() {
        ImageWords words = new ImageWords(GoodImage.small().data(0, 1).snapshot("1", "first").bytes());
        words.resize(words.length() + 2 * words.clusterSize());
        return words.int32(words.snapshots() + EXTRA_SIZE, 5000).bytes();
    }

    @Test
    void run_entryWithTooMuchExtraData_freesTheOldTableAsLongAsItWas() throws IOException {
        StoredFile file = new StoredFile(withTooMuchExtraData());
        HeaderStore headers = headers(file);

        CheckReport mended = Repair.run(new HostFile(file, headers.header().geometry()), headers, RepairScope.ALL,
                finding -> { });

        List<String> findings = new ArrayList<>();
        CheckReport after = RefcountCheck.run(headers(file).header(), file, finding -> findings.add(finding.text()));
        assertTrue(mended.corruptionsFixed() > 0);
        assertEquals(List.of(), findings);
        assertTrue(after.isClean());
    }

    @Test
    void check_entryWithTooMuchExtraData_stopsThere() throws IOException {
        StoredFile file = new StoredFile(withTooMuchExtraData());

        CheckReport report = RefcountCheck.run(headers(file).header(), file, finding -> { });

        assertTrue(report.isStopped());
        assertEquals(1, report.checkErrors());
    }

    private static HeaderStore headers(StoredFile file) throws IOException {
        Header header = HeaderReader.readForRepair(file);
        return new HeaderStore(new HostFile(file, header.geometry()), header);
    }
}
