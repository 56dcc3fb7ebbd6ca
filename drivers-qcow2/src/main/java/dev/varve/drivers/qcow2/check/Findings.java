// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckFinding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Counts what is found and passes the texts on. A damaged image can hold billions of wrong entries: all are counted,
 * the first {@value #LISTED} are told.
 */
final class Findings {
    static final int LISTED = 1_000_000;
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

    void corruption(Supplier<String> text) {
        corruption(1, text);
    }

    /** The same corruption met {@code times} times. */
    void corruption(long times, Supplier<String> text) {
        corruptions += times;
        list(times, Kind.CORRUPTION, text);
    }

    void leak(Supplier<String> text) {
        leaks++;
        list(1, Kind.LEAK, text);
    }

    void error(Supplier<String> text) {
        errors++;
        list(1, Kind.CHECK_ERROR, text);
    }

    /** A corruption whose text comes after the others, as long as there are not too many to keep. */
    void corruptionLater(long times, Supplier<String> text) {
        if (later.size() + times > HELD_BACK) {
            corruption(times, text);
            return;
        }
        corruptions += times;
        for (long i = 0; i < times; i++) {
            later.add(new CheckFinding(Kind.CORRUPTION, text.get()));
        }
    }

    /** Passes on what was held back. */
    void finish() {
        for (CheckFinding finding : later) {
            if (listed < LISTED) {
                listed++;
                listener.accept(finding);
            }
        }
        later.clear();
    }

    private void list(long times, Kind kind, Supplier<String> text) {
        if (listed == LISTED) {
            return;
        }
        CheckFinding finding = new CheckFinding(kind, text.get());
        for (long i = 0; i < times && listed < LISTED; i++) {
            listed++;
            listener.accept(finding);
        }
    }
}
