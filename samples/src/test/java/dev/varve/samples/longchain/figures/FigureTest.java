// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void growth_seconds_isTheLongestByTheShortest() {
        assertEquals(300, Figure.QEMU_STEADY.growth(SomeFigures.experiment()).orElseThrow().factor(), 1e-9);
    }

    @Test
    void growth_longestChainNotTaken_isToTheLongestThatWas() {
        Experiment experiment = SomeFigures.of(SomeFigures.chain(1), SomeFigures.chain(30),
                SomeFigures.withQemu(SomeFigures.chain(1000), QemuFigures.none("too long")));
        assertEquals("x 30 (30)", Figure.QEMU_STEADY.growth(experiment).orElseThrow().textWithLayers());
        assertEquals("x 1.00 (1,000)", Figure.STEADY.growth(experiment).orElseThrow().textWithLayers());
    }

    @Test
    void growth_lowerBound_isToldAsOne() {
        Experiment experiment = SomeFigures.of(SomeFigures.chain(1), SomeFigures.givenUp(300));
        assertEquals("more than x 182", Figure.QEMU_FIRST.growth(experiment).orElseThrow().text());
        assertEquals("> 20 s", Figure.QEMU_FIRST.text(experiment.longest()));
    }

    @Test
    void growth_timeTooShortToDivideBy_isNotTold() {
        assertEquals(Optional.empty(), Figure.QEMU_OPEN.growth(SomeFigures.experiment()));
        assertEquals("under 1 ms", Figure.QEMU_OPEN.text(SomeFigures.chain(1)));
    }

    @Test
    void text_figureNotTaken_isADash() {
        assertEquals("-", Figure.RESIDENT.text(SomeFigures.chain(1)));
        assertEquals("-", Figure.WALK_STEADY.text(SomeFigures.chain(1)));
    }

    @Test
    void measured_walk_onlyWhereItWasAskedFor() {
        assertFalse(SomeFigures.experiment().measured(Figure.By.WALK));
        assertTrue(SomeFigures.of(SomeFigures.withWalk(3)).measured(Figure.By.WALK));
        assertFalse(SomeFigures.withoutQemu("away").measured(Figure.By.QEMU));
    }

    @Test
    void qemuInsertedVisits_baseOfNLayers_isNTimesNPlusOne() {
        // All of this disk is in the base or nowhere: each request passes every layer.
        assertEquals(300 * 301, SomeFigures.chain(300).qemuInsertedVisits(64), 1e-9);
        assertEquals(2, SomeFigures.chain(1).qemuInsertedVisits(64), 1e-9);
    }
}
