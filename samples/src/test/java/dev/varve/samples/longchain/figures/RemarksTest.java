// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RemarksTest {
    private static String starting(Experiment experiment, String words) {
        return Remarks.about(experiment).stream().filter(text -> text.startsWith(words)).findFirst().orElse("");
    }

    @Test
    void about_anyRun_saysThatOneFunctionIsNotAll() {
        assertTrue(Remarks.about(SomeFigures.experiment()).stream().anyMatch(text -> text.contains("six-line change")));
    }

    @Test
    void about_bothMeasured_tellsBothGrowthsAndTheRatio() {
        assertEquals("Reading the disk again: Varve 125 ms at 1 layer, 125 ms at 300 (x 1.00);"
                + " QEMU 100 ms at 1 layer, 30 s at 300 (x 300); at 300 layers QEMU needs 240 times what Varve needs.",
                starting(SomeFigures.experiment(), "Reading the disk again"));
    }

    @Test
    void about_walkMeasured_tellsItToo() {
        Experiment experiment = SomeFigures.of(SomeFigures.withWalk(1), SomeFigures.withWalk(300));
        assertTrue(starting(experiment, "Reading the disk again")
                .contains("Varve, chain-collapse=off 250 ms at 1 layer"));
    }

    @Test
    void about_qemuGivenUp_ratioIsALowerBound() {
        Experiment experiment = SomeFigures.of(SomeFigures.chain(1), SomeFigures.givenUp(300));
        assertTrue(starting(experiment, "Reading the disk the first time")
                .endsWith("at 300 layers QEMU needs more than 40 times what Varve needs."));
        assertEquals(List.of("QEMU, 300 layers: reading the disk was given up after 20 s"),
                Remarks.missing(experiment));
    }

    @Test
    void about_qemuFasterOnOneLayer_saysSo() {
        String wins = starting(SomeFigures.experiment(), "Where QEMU needs less");
        assertTrue(wins.contains("reading the disk again of 1 layer (100 ms against 125 ms)"), wins);
        assertFalse(wins.contains("reading the disk again of 300"), wins);
        assertFalse(wins.contains("300 layers (30 s"), wins);
    }

    @Test
    void about_withoutQemu_doesNotSpeakOfItsFigures() {
        List<String> remarks = Remarks.about(SomeFigures.withoutQemu("away"));
        assertFalse(remarks.stream().anyMatch(text -> text.contains("QEMU needs less")));
        assertFalse(remarks.getFirst().contains("QEMU"));
    }

    @Test
    void about_counters_areThoseOfTheLongestChain() {
        assertTrue(starting(SomeFigures.experiment(), "While it read").startsWith("While it read 300 layers, Varve"
                + " asked 600 times in all whether a node has a medium in the first pass, 0 times in a later one."));
    }
}
