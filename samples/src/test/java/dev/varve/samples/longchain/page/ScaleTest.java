// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void of_figuresOfOneSize_isLinearFromZero() {
        Scale scale = Scale.of(List.of(10.0, 25.0, 100.0));
        assertFalse(scale.logarithmic());
        assertEquals(0.25, scale.length(25), 1e-9);
        assertEquals(List.of(0.0, 50.0, 100.0), scale.ticks());
    }

    @Test
    void of_figuresFarApart_isLogarithmicWithABarForTheSmallest() {
        Scale scale = Scale.of(List.of(0.0, 2.0, 90_300.0));
        assertTrue(scale.logarithmic());
        assertTrue(scale.length(2) > 0.01);
        assertEquals(1, scale.length(90_300), 1e-9);
        assertEquals(0, scale.length(0), 1e-9);
        assertEquals(List.of(1.0, 100.0, 10_000.0), scale.ticks());
    }

    @Test
    void of_nothingOrZeroes_hasNoLengths() {
        assertEquals(0, Scale.of(List.of()).length(0), 1e-9);
        assertEquals(0, Scale.of(List.of(0.0, 0.0)).length(0), 1e-9);
    }
}
