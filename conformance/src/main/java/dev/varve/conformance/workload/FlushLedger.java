// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.Operation;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a disk has promised: the content at its last flush, and the steps since, failed ones included. Steps do not
 * change the size. Not thread-safe.
 */
public final class FlushLedger {
    private final List<Step> since = new ArrayList<>();
    private final List<Step> failed = new ArrayList<>();
    private byte[] model;
    private byte[] flushed;

    /**
     * A ledger of a disk that was not changed yet.
     *
     * @param content what it holds, flushed; copied
     */
    public FlushLedger(byte[] content) {
        this.model = content.clone();
        this.flushed = content.clone();
    }

    /**
     * Does a step.
     *
     * @param step anything but TRUNCATE
     * @param disk open for writing
     * @throws IOException if it failed; what it was to change is then open
     */
    public void step(Step step, BlockBackend disk) throws IOException {
        since.add(step);
        boolean done = false;
        try {
            apply(step, disk);
            done = true;
        } finally {
            if (!done) {
                failed.add(step);
            }
        }
    }

    private void apply(Step step, BlockBackend disk) throws IOException {
        if (step.applyTo(disk)) {
            model = step.applyTo(model);
        }
        if (step.operation() == Operation.DISCARD) {
            byte[] chosen = DiskAssertions.read(disk, step.offset(), step.bytes());
            System.arraycopy(chosen, 0, model, (int) step.offset(), chosen.length);
        }
        if (step.operation() == Operation.FLUSH) {
            flushed = model.clone();
            since.clear();
            // What a failed step left is unknown until somebody looks, whatever is flushed later.
            since.addAll(failed);
        }
    }

    /**
     * Says that a disk that was opened again holds what was promised: each byte is the flushed one, or one that a
     * later step gave it. From now on the ledger goes by what it holds.
     *
     * @param disk open
     * @throws IOException if it cannot be read
     */
    public void assertKept(BlockBackend disk) throws IOException {
        byte[] actual = DiskAssertions.read(disk, 0, flushed.length);
        assertExplained(flushed, since, actual, "flushed content");
        model = actual;
        flushed = actual.clone();
        since.clear();
        failed.clear();
    }

    static void assertExplained(byte[] flushed, List<Step> since, byte[] actual, String what) {
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] != flushed[i] && !explained(since, i, actual[i])) {
                throw new AssertionError("%s: byte at offset %d is 0x%02x, flushed was 0x%02x, then came %s".formatted(
                        what, i, actual[i], flushed[i], since));
            }
        }
    }

    private static boolean explained(List<Step> since, int position, byte value) {
        for (Step step : since) {
            if (step.explains(position, value)) {
                return true;
            }
        }
        return false;
    }
}
