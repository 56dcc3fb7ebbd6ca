// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.samples.chain.ChainShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunOptionsTest {
    @Test
    void parse_full_hasEveryShapeAndLength() {
        RunOptions options = RunOptions.parse(List.of("full"));
        assertEquals(List.of(1, 10, 100, 300, 1000, 3000, 10_000), options.layers());
        assertEquals(7, options.shapes().size());
        assertEquals(2L << 30, options.flat(ChainShape.SCATTER).size());
    }

    @Test
    void parse_lists_areTakenInOrderOfLength() {
        RunOptions options = RunOptions.parse(
                List.of("quick", "--shapes", "base-l2,top", "--layers", "300,1", "--size", "64M", "--no-qemu"));
        assertEquals(List.of(ChainShape.BASE_L2, ChainShape.TOP), options.shapes());
        assertEquals(List.of(1, 300), options.layers());
        assertEquals(64L << 20, options.flat(ChainShape.TOP).size());
        assertFalse(options.qemu());
        assertTrue(options.parts());
    }

    @Test
    void parse_unknownOption_isNamed() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> RunOptions.parse(List.of("--colour", "red")));
        assertEquals("unknown option --colour", refused.getMessage());
    }
}
