// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {
    @Test
    void growth_seconds_isTheLongestByTheShortest() {
        assertEquals(300, Figure.QEMU_READ.growth(SomeFigures.experiment()).orElseThrow(), 1e-9);
    }

    @Test
    void growth_timeTooShortToDivideBy_isNotTold() {
        assertEquals(OptionalDouble.empty(), Figure.QEMU_OPEN.growth(SomeFigures.experiment()));
        assertEquals("under 1 ms", Figure.QEMU_OPEN.text(SomeFigures.chain(1)));
    }

    @Test
    void text_figureNotTaken_isADash() {
        assertEquals("-", Figure.RESIDENT.text(SomeFigures.chain(1)));
    }

    @Test
    void qemuInsertedVisits_baseOfNLayers_isNTimesNPlusOne() {
        // All of this disk is in the base or nowhere: each request passes every layer.
        assertEquals(300 * 301, SomeFigures.chain(300).qemuInsertedVisits(64), 1e-9);
        assertEquals(2, SomeFigures.chain(1).qemuInsertedVisits(64), 1e-9);
    }

    @Test
    void about_anyRun_saysThatOneFunctionIsNotAll() {
        assertTrue(Remarks.about(SomeFigures.experiment()).stream().anyMatch(text -> text.contains("six-line change")));
    }

    @Test
    void about_singleLayer_tellsBothTimes() {
        assertTrue(Remarks.about(SomeFigures.experiment())
                .contains("Both passes over 1 layer: Varve 625 ms, of it 125 ms the second; QEMU 100 ms."));
    }

    @ParameterizedTest
    @CsvSource({"0.0421, 42.1 ms", "0.9999, 1.00 s", "3.456, 3.46 s", "18.7, 18.7 s", "123.4, 123 s"})
    void text_seconds_haveThreeDigits(double seconds, String text) {
        assertEquals(text, Quantity.SECONDS.text(seconds));
    }

    @ParameterizedTest
    @CsvSource({"65536, 64 KiB", "1048576, 1 MiB", "268435456, 256 MiB", "1572864, 1.50 MiB"})
    void bytes_smallAndLarge_haveTheUnitThatSuits(long bytes, String text) {
        assertEquals(text, Quantity.bytes(bytes));
    }
}
