// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunWordTest {
    private static final long LAST_PLACE = ((1L << 43) - 1) * 512;

    @ParameterizedTest
    @EnumSource
    void word_anyKind_tellsItsParts(RunKind kind) {
        for (int height : new int[] {0, 1, 1000, RunWord.MAX_HEIGHT}) {
            long word = RunWord.of(kind, height);
            assertEquals(kind, RunWord.kind(word));
            assertEquals(height, RunWord.height(word));
            assertEquals(0, RunWord.place(word));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 512, 1L << 40, LAST_PLACE})
    void word_placeOfWholeSectors_isKept(long place) {
        long word = RunWord.of(RunKind.DATA, RunWord.MAX_HEIGHT, place);
        assertEquals(RunKind.DATA, RunWord.kind(word));
        assertEquals(RunWord.MAX_HEIGHT, RunWord.height(word));
        assertEquals(place, RunWord.place(word));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 511, 513, LAST_PLACE + 512, Long.MAX_VALUE})
    void word_placeThatNoneCanHold_asksTheLayer(long place) {
        long word = RunWord.of(RunKind.DATA, 7, place);
        assertEquals(RunKind.ASK, RunWord.kind(word));
        assertEquals(7, RunWord.height(word));
    }

    @Test
    void unknown_isTheWordOfZero() {
        assertEquals(RunKind.UNKNOWN, RunWord.kind(RunWord.UNKNOWN));
    }

    @Test
    void advanced_storedRun_movesThePlace() {
        long word = RunWord.of(RunKind.ZERO_WITH_ROOM, 3, 4096);
        assertEquals(RunWord.of(RunKind.ZERO_WITH_ROOM, 3, 4096 + 1024), RunWord.advanced(word, 1024));
    }

    @Test
    void advanced_runWithoutPlace_staysTheSame() {
        long word = RunWord.of(RunKind.NOTHING, 3);
        assertEquals(word, RunWord.advanced(word, 77));
    }

    @Test
    void advanced_byAPartOfASector_isNoWordOfAnyRun() {
        long word = RunWord.advanced(RunWord.of(RunKind.DATA, 3, 4096), 100);
        for (RunKind kind : RunKind.values()) {
            assertNotEquals(RunWord.of(kind, RunWord.MAX_HEIGHT - 1), word);
        }
        assertEquals(RunWord.UNKNOWN - 1, word);
    }
}
