// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is verified of an image besides its header before it is opened, as QEMU does: that the snapshot table can be
 * read, and that bitmaps which claim to be consistent are. Costs nothing for images without either.
 */
public final class OpenCheck {
    private OpenCheck() {
    }

    /**
     * Verifies an image.
     *
     * @param header its header
     * @param file its storage
     * @throws IOException of kind CORRUPT that names the first thing wrong, or if the storage failed
     */
    public static void run(Header header, BlockChild file) throws IOException {
        boolean bitmaps = (header.features().autoclear() & Features.BITMAPS) != 0;
        if (header.tables().snapshotCount() == 0 && !bitmaps) {
            return;
        }
        List<CheckFinding> first = new ArrayList<>();
        Findings findings = new Findings(finding -> {
            if (first.isEmpty()) {
                first.add(finding);
            }
        });
        try {
            ImageBytes bytes = new ImageBytes(file, new MemoryBudget());
            SnapshotTableCheck.verify(bytes, header.tables(), header.geometry());
            if (bitmaps) {
                followBitmaps(header, bytes, findings);
            }
        } catch (CheckStopped e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw corrupt(first.isEmpty() ? e.finding() : first.getFirst().text());
        }
        if (findings.corruptions() > 0) {
            throw corrupt(first.getFirst().text());
        }
    }

    private static BlockException corrupt(String finding) {
        return BlockException.corrupt(finding.replaceFirst("^ERROR:? (failed to read the snapshot table: )?", ""));
    }

    private static void followBitmaps(Header header, ImageBytes bytes, Findings findings)
            throws CheckStopped, IOException {
        for (HeaderExtension extension : header.extensions()) {
            if (extension instanceof HeaderExtension.Bitmaps bitmaps) {
                new BitmapDirectoryCheck(bytes, header.geometry(), (offset, length) -> { }, findings)
                        .follow(bitmaps, header.size());
            }
        }
    }
}
