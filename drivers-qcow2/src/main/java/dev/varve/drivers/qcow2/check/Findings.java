// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckFinding.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Counts what is found and passes the texts on. A damaged image can hold billions of wrong entries: all are counted,
 * the first {@value #LISTED} are told.
 */
final class Findings {
    static final int LISTED = 100_000;
    private static final int HELD_BACK = 10_000;

    private static final Pattern FOUND = Pattern.compile("^(ERROR|Leaked) ");

    private final Consumer<CheckFinding> listener;
    private final List<CheckFinding> later = new ArrayList<>();
    private long corruptions;
    private long leaks;
    private long errors;
    private long corruptionsFixed;
    private long leaksFixed;
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

    /** How many of the corruptions were mended; these are not among {@link #corruptions}. */
    long corruptionsFixed() {
        return corruptionsFixed;
    }

    /** How many of the leaks were mended; these are not among {@link #leaks}. */
    long leaksFixed() {
        return leaksFixed;
    }

    /** What is still wrong, for {@link #reset}. */
    record Counts(long corruptions, long leaks) {
        static final Counts NONE = new Counts(0, 0);
    }

    /** Something that mends. */
    @FunctionalInterface
    interface Mending {
        void run() throws CheckStopped, IOException;
    }

    /** Mends leaks that the repair itself has made: they are told, but count neither as found nor as mended. */
    void mendQuietly(Mending work) throws CheckStopped, IOException {
        Counts found = counts();
        long leaksMended = leaksFixed;
        work.run();
        leaksFixed = leaksMended;
        reset(found);
    }

    /** What is not there any more was mended. */
    void mendedSince(Counts old) {
        corruptionsFixed += Math.max(0, old.corruptions - corruptions);
        leaksFixed += Math.max(0, old.leaks - leaks);
    }

    /** Forgets errors of a part that has been replaced. */
    void resetErrors(long count) {
        errors = count;
    }

    Counts counts() {
        return new Counts(corruptions, leaks);
    }

    /** Forgets what was found since; texts that were told stay told. */
    void reset(Counts to) {
        corruptions = to.corruptions;
        leaks = to.leaks;
    }

    /** Tells what is being mended, in the words that repair has for a finding. */
    void repairing(Kind kind, FindingText text, long first, long second, long third) {
        if (listed < LISTED) {
            list(kind, FOUND.matcher(text.of(first, second, third)).replaceFirst("Repairing "));
        }
    }

    /** So many corruptions are mended. */
    void mendedCorruptions(long times) {
        corruptionsFixed += times;
    }

    /** A leak is mended. */
    void mendedLeaks(long times) {
        leaksFixed += times;
    }

    /** A corruption whose text was told already. */
    void countCorruption() {
        corruptions++;
    }

    /** A line that counts nothing. */
    void note(String text) {
        listener.accept(new CheckFinding(Kind.CORRUPTION, text));
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
