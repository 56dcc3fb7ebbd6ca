// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GranuleWordsTest {
    private static final int GRANULE = 4096;
    private static final int LENGTH = 10 * GRANULE + 100;

    private final GranuleWords words = new GranuleWords(LENGTH, 12);

    @Test
    void fill_whatIsKnown_stays() {
        words.fill(GRANULE, 3 * GRANULE, RunWord.of(RunKind.ZERO, 5));
        words.fill(0, LENGTH, RunWord.of(RunKind.DATA, 2, 1 << 20));
        RunList runs = words.runs();
        assertEquals(3, runs.count());
        assertEquals(RunWord.of(RunKind.ZERO, 5), runs.word(1));
        assertEquals(RunWord.of(RunKind.DATA, 2, (1 << 20) + 3 * GRANULE), runs.word(2));
        assertEquals(LENGTH, runs.length());
    }

    @Test
    void unknown_isFoundAtBothEnds() {
        words.fill(0, 2 * GRANULE, RunWord.of(RunKind.ZERO, 1));
        words.fill(9 * GRANULE, LENGTH, RunWord.of(RunKind.ZERO, 1));
        assertEquals(2 * GRANULE, words.firstUnknown());
        assertEquals(9 * GRANULE, words.endOfUnknown());
        assertTrue(words.hasUnknown(0, LENGTH));
        assertFalse(words.hasUnknown(0, 2 * GRANULE));
        assertTrue(words.hasUnknown(0, 2 * GRANULE + 1));
    }

    @Test
    void unknown_allIsKnown_isNowhere() {
        words.fill(0, LENGTH, RunWord.of(RunKind.NOTHING, 0));
        assertEquals(LENGTH, words.firstUnknown());
        assertEquals(0, words.endOfUnknown());
        assertFalse(words.hasUnknown(0, LENGTH));
    }

    @Test
    void fits_wholeGranulesOnly() {
        assertTrue(words.fits(0, GRANULE));
        assertTrue(words.fits(GRANULE, LENGTH));
        assertFalse(words.fits(1, GRANULE));
        assertFalse(words.fits(0, GRANULE + 512));
    }
}
