// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.Locale;

/**
 * How a figure of the longest chain that it was taken of compares with that of the shortest.
 *
 * @param shortest the shorter chain
 * @param longest the longer chain
 * @param factor how many times as much
 * @param atLeast whether the longest chain's figure is a lower bound
 */
public record Growth(ChainFigures shortest, ChainFigures longest, double factor, boolean atLeast) {
    /**
     * The factor.
     *
     * @return with a sign of multiplication
     */
    public String text() {
        return (atLeast ? "more than " : "") + Remarks.times(factor);
    }

    /**
     * The factor, and how long the longer chain is.
     *
     * @return words for a table
     */
    public String textWithLayers() {
        return text() + String.format(Locale.ROOT, " (%,d)", longest.plan().layers());
    }
}
