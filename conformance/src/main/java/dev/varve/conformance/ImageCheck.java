// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RepairScope;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a format's own check says, where it has one. */
public final class ImageCheck {
    private ImageCheck() {
    }

    /**
     * Demands that an image has neither corruptions nor parts that cannot be checked; leaks are allowed.
     *
     * @param disk the image
     * @throws IOException if the check failed
     */
    public static void assertNotCorrupt(BlockBackend disk) throws IOException {
        List<CheckFinding> findings = new ArrayList<>();
        CheckReport report = check(disk, findings);
        if (report.corruptions() != 0 || report.checkErrors() != 0) {
            throw new AssertionError("check: " + findings);
        }
    }

    /**
     * Demands that nothing is left to be found once leaks were mended.
     *
     * @param disk the image, open for writing
     * @throws IOException if it could not be mended or checked
     */
    public static void assertCleanWithoutLeaks(BlockBackend disk) throws IOException {
        disk.operations().repair(RepairScope.LEAKS, finding -> { });
        assertClean(disk);
    }

    static void assertClean(BlockBackend disk) throws IOException {
        List<CheckFinding> findings = new ArrayList<>();
        if (!check(disk, findings).isClean()) {
            throw new AssertionError("check: " + findings);
        }
    }

    private static CheckReport check(BlockBackend disk, List<CheckFinding> findings) throws IOException {
        try {
            return disk.check(findings::add);
        } catch (BlockException e) {
            if (e.kind() == ErrorKind.UNSUPPORTED) {
                return new CheckReport(0, 0, 0, 0, 0, 0, 0, 0);
            }
            throw e;
        }
    }
}
