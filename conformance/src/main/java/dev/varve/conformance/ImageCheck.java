// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a format's own check says, where it has one. */
final class ImageCheck {
    private ImageCheck() {
    }

    /** Leaks are allowed. */
    static void assertNotCorrupt(BlockBackend disk) throws IOException {
        List<CheckFinding> findings = new ArrayList<>();
        CheckReport report = check(disk, findings);
        if (report.corruptions() != 0 || report.checkErrors() != 0) {
            throw new AssertionError("check: " + findings);
        }
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
