// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetSequenceTest {
    private static BenchOrder order(boolean random, long step, long offset) {
        return new BenchOrder(100, 2, 4096, step, offset, random, 7, false, (byte) 0, 0, true, false);
    }

    private static List<Long> take(OffsetSequence offsets, int count) {
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(offsets.next());
        }
        return taken;
    }

    @Test
    void lanes_shareTheSequence() {
        BenchOrder order = order(false, 4096, 8192);
        assertEquals(List.of(8192L, 16384L, 24576L), take(new OffsetSequence(order, 1 << 20, 0, 2), 3));
        assertEquals(List.of(12288L, 20480L, 28672L), take(new OffsetSequence(order, 1 << 20, 1, 2), 3));
    }

    @Test
    void sequence_staysInsideTheDisk() {
        OffsetSequence offsets = new OffsetSequence(order(false, 5000, 0), 20000, 0, 1);
        assertTrue(take(offsets, 1000).stream().allMatch(offset -> offset >= 0 && offset <= 20000 - 4096));
    }

    @Test
    void alignedSteps_stayAlignedWhenTheyComeRound() {
        OffsetSequence offsets = new OffsetSequence(order(false, 4096 * 3, 0), 1 << 20, 0, 1);
        assertTrue(take(offsets, 1000).stream().allMatch(offset -> offset % 4096 == 0));
    }

    @Test
    void randomOffsets_areMultiplesInsideTheDisk_andRepeatWithTheSeed() {
        List<Long> first = take(new OffsetSequence(order(true, 1, 0), 1 << 20, 0, 1), 5000);
        assertTrue(first.stream().allMatch(offset -> offset % 4096 == 0 && offset >= 0 && offset < 1 << 20));
        assertEquals(256, new TreeSet<>(first).size());
        assertEquals(first, take(new OffsetSequence(order(true, 1, 0), 1 << 20, 0, 1), 5000));
    }
}
