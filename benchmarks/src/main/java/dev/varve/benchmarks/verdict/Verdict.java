// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.verdict;

import java.util.Locale;

/**
 * One figure beside what it has to be.
 *
 * @param show the number of the claim
 * @param claim what is claimed, with the chain
 * @param figure the figure, with its unit
 * @param bound what it has to be
 * @param outcome whether it is that
 */
public record Verdict(String show, String claim, String figure, String bound, Outcome outcome) {
    /** Whether a claim holds. */
    public enum Outcome {
        /** It does. */
        PASS,
        /** It does not. */
        MISS,
        /** It was not measured, or a run was stopped before it could tell. */
        OPEN;

        /**
         * As it is written.
         *
         * @return lower case
         */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The verdict in a line.
     *
     * @return columns
     */
    public String line() {
        return String.format(Locale.ROOT, "%-5s %-3s %-78s %16s  %s", outcome.text(), show, claim, figure, bound);
    }
}
