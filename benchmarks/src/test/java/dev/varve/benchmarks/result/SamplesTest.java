// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void median_oddNumber_isTheMiddleOne() {
        assertEquals(OptionalDouble.of(3), Samples.median(List.of(9.0, 1.0, 3.0)));
    }

    @Test
    void median_evenNumber_isBetweenTheMiddleOnes() {
        assertEquals(OptionalDouble.of(2.5), Samples.median(List.of(9.0, 1.0, 3.0, 2.0)));
    }

    @Test
    void median_none_isEmpty() {
        assertEquals(OptionalDouble.empty(), Samples.median(List.of()));
    }

    @Test
    void medianRatio_aDisturbanceOfOnePair_isNotSeen() {
        assertEquals(OptionalDouble.of(2), Samples.medianRatio(List.of(2.0, 40.0, 4.0), List.of(1.0, 1.0, 2.0)));
    }
}
