// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.drivers.qcow2.allocation.WorkDone;
import java.util.function.DoubleConsumer;

/**
 * How far an amendment is whose parts cannot tell in advance how long the next ones take: those are taken to be as long
 * as the parts up to here on average (QEMU's {@code qcow2_amend_helper_cb}).
 */
final class AmendmentProgress {
    private final DoubleConsumer reader;
    private final int parts;
    private int begun;
    private long before;
    private long last;

    /** Of an amendment with so many parts. */
    AmendmentProgress(DoubleConsumer reader, int parts) {
        this.reader = reader;
        this.parts = parts;
    }

    /** The next part. */
    WorkDone next() {
        before += last;
        last = 0;
        begun++;
        return this::reached;
    }

    private void reached(long steps, long all) {
        last = all;
        double known = before + all;
        reader.accept((before + steps) / (known + known * (parts - begun) / begun));
    }
}
