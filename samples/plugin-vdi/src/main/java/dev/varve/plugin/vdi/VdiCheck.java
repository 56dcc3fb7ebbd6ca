// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RepairScope;
import dev.varve.api.spi.ImageOperations;
import java.io.IOException;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * The check of the block map (QEMU's {@code vdi_co_check}), and the mending of the header's count. A count that is too
 * large is told as a leak here, since nothing but space is lost; QEMU calls it an error.
 */
final class VdiCheck implements ImageOperations {
    private final Blocks blocks;

    VdiCheck(Blocks blocks) {
        this.blocks = blocks;
    }

    CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        return compare(findings).report();
    }

    private Sums compare(Consumer<CheckFinding> findings) throws IOException {
        Sums sums = new Sums(findings);
        long total = blocks.header().blocks();
        blocks.scan((block, entry) -> sums.visit(block, entry, total));
        long count = blocks.count();
        if (count > sums.references) {
            sums.find(CheckFinding.Kind.LEAK, mismatch(sums.references, count), count - sums.references);
        } else if (count < sums.references) {
            sums.find(CheckFinding.Kind.CORRUPTION, mismatch(sums.references, count), 1);
        } else if (count < sums.used.length()) {
            sums.find(CheckFinding.Kind.CORRUPTION, "ERROR: block " + (sums.used.length() - 1)
                    + " is used, the next to be given out is " + count, 1);
        }
        return sums;
    }

    private static String mismatch(long is, long should) {
        return "ERROR: allocated blocks mismatch, is " + is + ", should be " + should;
    }

    @Override
    public CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        Sums found = compare(findings);
        if (!found.sound || found.corruptions > 0 && scope != RepairScope.ALL) {
            return found.report();
        }
        blocks.mendCount();
        Sums left = compare(finding -> { });
        return new CheckReport(found.corruptions, found.leaks, 0, 0, 0, 0, 0, 0,
                found.corruptions - left.corruptions, found.leaks - left.leaks, false);
    }

    /** What was found so far. */
    private static final class Sums {
        private final Consumer<CheckFinding> findings;
        private final BitSet used = new BitSet();
        private long references;
        private long corruptions;
        private long leaks;
        // Each entry names a block of its own: only the count can be wrong.
        private boolean sound = true;

        Sums(Consumer<CheckFinding> findings) {
            this.findings = findings;
        }

        void visit(long block, int entry, long total) {
            if (!BlockMap.isAllocated(entry)) {
                return;
            }
            long number = Integer.toUnsignedLong(entry);
            if (number >= total) {
                find(CheckFinding.Kind.CORRUPTION, "ERROR: block index " + block + " too large, is " + number, 1);
                sound = false;
                return;
            }
            references++;
            if (used.get(entry)) {
                find(CheckFinding.Kind.CORRUPTION, "ERROR: block index " + number + " also used by " + number, 1);
                sound = false;
            }
            used.set(entry);
        }

        CheckReport report() {
            return new CheckReport(corruptions, leaks, 0, 0, 0, 0, 0, 0);
        }

        void find(CheckFinding.Kind kind, String text, long count) {
            findings.accept(new CheckFinding(kind, text));
            if (kind == CheckFinding.Kind.LEAK) {
                leaks += count;
            } else {
                corruptions += count;
            }
        }
    }
}
