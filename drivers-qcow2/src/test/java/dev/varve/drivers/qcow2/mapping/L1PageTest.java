// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.varve.drivers.qcow2.layout.L1Entry;
import java.nio.LongBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class L1PageTest {
    private static long[] randomWords(Random random) {
        long[] words = new long[random.nextInt(1, 513)];
        int used = random.nextBoolean() ? random.nextInt(5) : random.nextInt(words.length + 1);
        for (int i = 0; i < used; i++) {
            long word = random.nextInt(1, 1 << 20) * 65_536L | L1Entry.COPIED;
            words[random.nextInt(words.length)] = random.nextInt(8) == 0 ? L1Entry.COPIED : word;
        }
        return words;
    }

    private static void assertHolds(long[] words, L1Page page, String context) {
        assertArrayEquals(words, page.all(words.length), context);
        for (int slot = 0; slot < words.length; slot++) {
            assertEquals(words[slot], page.word(slot), context);
            int expected = slot;
            while (expected < words.length && (words[expected] & ~L1Entry.COPIED) == 0) {
                expected++;
            }
            assertEquals(expected, page.nextUsed(slot, words.length), context);
        }
    }

    @Test
    void page_randomWords_isWhatItWasMadeOf() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            long[] words = randomWords(random);
            assertHolds(words, L1Page.of(LongBuffer.wrap(words)), "seed " + seed);
        }
    }

    @Test
    void change_ofAnyPage_leavesTheOtherWords() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            long[] words = randomWords(random);
            L1Page page = L1Page.of(LongBuffer.wrap(words));
            for (int change = 0; change < 5; change++) {
                int slot = random.nextInt(words.length);
                words[slot] = L1Entry.COPIED | (change + 1) * 65_536L;
                page = page.changeable(words.length);
                page.set(slot, words[slot]);
            }
            assertHolds(words, page, "seed " + seed);
        }
    }

    @Test
    void nextUsed_endOfWhatIsWanted_isTheMost() {
        long[] words = new long[300];
        words[200] = 65_536;
        L1Page page = L1Page.of(LongBuffer.wrap(words));
        assertEquals(100, page.nextUsed(3, 100));
        assertEquals(200, page.nextUsed(3, 300));
        assertEquals(300, page.nextUsed(201, 300));
    }

    @Test
    void pages_ofZeroes_areOne() {
        assertSame(L1Page.NO_TABLES, L1Page.of(LongBuffer.allocate(512)));
        assertSame(L1Page.NO_TABLES, L1Page.of(LongBuffer.allocate(1)));
    }
}
