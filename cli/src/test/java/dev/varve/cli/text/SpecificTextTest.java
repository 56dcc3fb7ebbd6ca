// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecificTextTest {
    @Test
    void nestedFacts_areIndentedAndKeysLoseTheirDashes() {
        Map<String, Object> bitmap = Map.of("name", "b0");
        assertEquals("""
                Format specific information:
                    compat: 1.1
                    bitmaps:
                        [0]:
                            name: b0
                    extended l2: false
                """, SpecificText.of(Map.of("extended-l2", false, "compat", "1.1", "bitmaps", List.of(bitmap))));
    }

    @Test
    void noFacts_areNoText() {
        assertEquals("", SpecificText.of(Map.of()));
    }
}
