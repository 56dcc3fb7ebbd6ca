// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckFinding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Counts what is found and passes the texts on. A damaged image can hold billions of wrong entries: all are counted,
 * the first {@value #LISTED} are told.
 */
final class Findings {
    static final int LISTED = 100_000;
    private static final int HELD_BACK = 10_000;

    private final Consumer<CheckFinding> listener;
    private final List<CheckFinding> later = new ArrayList<>();
    private long corruptions;
    private long leaks;
    private long errors;
    private int listed;

    Findings(Consumer<CheckFinding> listener) {
        this.listener = listener;
    }

    long corruptions() {
        return corruptions;
    }

    long leaks() {
        return leaks;
    }

    long errors() {
        return errors;
    }

    /** A corruption met {@code times} times. */
    void corruption(long times, FindingText text, long first, long second, long third) {
        corruptions += times;
        for (long i = 0; i < times && listed < LISTED; i++) {
            list(Kind.CORRUPTION, text.of(first, second, third));
        }
    }

    void corruption(String text) {
        corruptions++;
        list(Kind.CORRUPTION, text);
    }

    /** A corruption whose text comes after the others, as long as there are not too many to keep. */
    void corruptionLater(long times, FindingText text, long first, long second, long third) {
        if (later.size() + times > HELD_BACK) {
            corruption(times, text, first, second, third);
            return;
        }
        corruptions += times;
        for (long i = 0; i < times; i++) {
            later.add(new CheckFinding(Kind.CORRUPTION, text.of(first, second, third)));
        }
    }

    void leak(FindingText text, long first, long second, long third) {
        leaks++;
        if (listed < LISTED) {
            list(Kind.LEAK, text.of(first, second, third));
        }
    }

    void error(FindingText text, long first) {
        errors++;
        if (listed < LISTED) {
            list(Kind.CHECK_ERROR, text.of(first, 0, 0));
        }
    }

    /** Passes on what was held back. */
    void finish() {
        for (CheckFinding finding : later) {
            list(finding.kind(), finding.text());
        }
        later.clear();
    }

    /** The error that ended the check, told however many findings there were. */
    void stopped(String text) {
        errors++;
        listener.accept(new CheckFinding(Kind.CHECK_ERROR, text));
    }

    private void list(Kind kind, String text) {
        if (listed < LISTED) {
            listed++;
            listener.accept(new CheckFinding(kind, text));
        }
    }
}
