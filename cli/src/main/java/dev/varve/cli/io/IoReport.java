// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.cli.text.Decimal;
import dev.varve.cli.text.SizeText;
import dev.varve.cli.text.TimeText;

/**
 * What a request of {@code io} came to (QEMU's {@code print_report}).
 *
 * @param verb {@code read}, {@code wrote} or {@code discard}
 * @param offset where it began
 * @param bytes what was asked for, and done
 * @param nanos how long it took
 */
record IoReport(String verb, long offset, long bytes, long nanos) {
    private static final double NANOS = 1e9;

    private double seconds() {
        return Math.max(nanos, 1) / NANOS;
    }

    /** Two lines for people. */
    String human() {
        return verb + " " + bytes + "/" + bytes + " bytes at offset " + offset + "\n" + SizeText.precise(bytes)
                + ", 1 ops; " + TimeText.of(nanos, false) + " (" + SizeText.precise(bytes / seconds()) + "/sec and "
                + Decimal.fixed(1 / seconds(), 4) + " ops/sec)";
    }

    /** One line for programs: bytes, operations, time, bytes a second, operations a second. */
    String machine() {
        return bytes + ",1," + TimeText.of(nanos, true) + "," + Decimal.fixed(bytes / seconds(), 3) + ","
                + Decimal.fixed(1 / seconds(), 3);
    }
}
