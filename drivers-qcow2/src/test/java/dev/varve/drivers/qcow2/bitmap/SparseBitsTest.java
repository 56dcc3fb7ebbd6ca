// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SparseBitsTest {
    private static final int BITS = 200_000;

    @Test
    void randomOperations_equalABitSet() {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        Random random = new Random(seed);
        SparseBits bits = new SparseBits();
        BitSet model = new BitSet();
        for (int i = 0; i < 2000; i++) {
            int from = random.nextInt(BITS);
            int end = Math.min(BITS, from + random.nextInt(1 << random.nextInt(18)));
            switch (random.nextInt(8)) {
                case 0 -> {
                    bits.truncate(from);
                    model.clear(from, BITS);
                }
                case 1, 2 -> {
                    bits.set(from, end);
                    model.set(from, end);
                }
                case 3 -> {
                    assertEquals(next(model, from, true), bits.next(from, BITS, true), "seed " + seed);
                    assertEquals(next(model, from, false), bits.next(from, BITS, false), "seed " + seed);
                }
                case 4 -> {
                    byte[] bytes = new byte[1 + random.nextInt(5000)];
                    int first = from & ~7;
                    bits.addTo(bytes, first);
                    BitSet part = model.get(first, first + bytes.length * 8);
                    assertArrayEquals(part.toByteArray(), Arrays.copyOf(bytes, part.toByteArray().length),
                            "seed " + seed);
                }
                case 5 -> {
                    byte[] bytes = new byte[1 + random.nextInt(300)];
                    random.nextBytes(bytes);
                    Arrays.fill(bytes, bytes.length / 3, bytes.length / 2, (byte) 0xff);
                    int first = from & ~7;
                    bits.addFrom(bytes, first, BITS);
                    BitSet added = BitSet.valueOf(bytes);
                    added.stream().filter(bit -> first + bit < BITS).forEach(bit -> model.set(first + bit));
                }
                default -> assertEquals(model.get(from), bits.get(from), "seed " + seed);
            }
        }
    }

    private static int next(BitSet model, int from, boolean set) {
        int found = set ? model.nextSetBit(from) : model.nextClearBit(from);
        return found < 0 ? BITS : Math.min(found, BITS);
    }
}
