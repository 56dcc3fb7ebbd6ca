// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the encoder writes inflates to what it was given, with a window of 4 KiB. */
class DeflateEncoderTest {
    private static final int SLACK = ClusterCodec.SLACK;

    private final DeflateEncoder encoder = new DeflateEncoder();

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 4096, 16_384, 65_536, 262_144, 2_097_152})
    void encode_anyContent_inflatesWithAWindowOf4KiB(int size) throws DataFormatException {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < Math.max(6, 400_000 / size); round++) {
            byte[] source = content(random, size);
            byte[] target = new byte[2 * size + 1000 + SLACK];
            int length = encoder.encode(source, size, target, 2 * size + 1000);
            assertTrue(length > 0, "seed " + seed);
            assertArrayEquals(source, inflate(target, length, size), () -> "seed " + seed);
            WindowCheck check = new WindowCheck(target);
            check.run();
            assertEquals(size, check.produced(), () -> "seed " + seed);
            assertTrue(check.farthest() <= 4096, () -> "seed " + seed + ": distance " + check.farthest());
        }
    }

    /** Pieces of noise, runs, few letters, and copies from near and far. */
    private static byte[] content(Random random, int size) {
        byte[] content = new byte[size];
        int at = 0;
        while (at < size) {
            int length = Math.min(size - at, 1 + random.nextInt(1 << random.nextInt(14)));
            int kind = random.nextInt(4);
            int letters = 1 + random.nextInt(60);
            int from = at == 0 ? 0 : at - 1 - random.nextInt(Math.min(at, random.nextBoolean() ? 9000 : 5));
            for (int i = 0; i < length; i++) {
                content[at + i] = switch (kind) {
                    case 0 -> (byte) random.nextInt();
                    case 1 -> (byte) letters;
                    case 2 -> (byte) random.nextInt(letters);
                    default -> content[from + i];
                };
            }
            at += length;
        }
        return content;
    }

    private static byte[] inflate(byte[] stream, int length, int size) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(stream, 0, length);
            byte[] out = new byte[size];
            int at = 0;
            while (at < size) {
                int now = inflater.inflate(out, at, size - at);
                assertTrue(now > 0, "the stream ends early");
                at += now;
            }
            assertEquals(0, inflater.inflate(new byte[1]));
            assertTrue(inflater.finished());
            assertEquals(0, inflater.getRemaining());
            return out;
        } finally {
            inflater.end();
        }
    }

    @Test
    void encode_noise_isTooLong() {
        byte[] noise = new byte[65_536];
        new Random(1).nextBytes(noise);
        assertEquals(-1, encoder.encode(noise, noise.length, new byte[noise.length + SLACK], noise.length - 1));
    }

    @Test
    void encode_limitAtItsLength_fitsAndOneLessDoesNot() {
        byte[] source = content(new Random(2), 65_536);
        byte[] target = new byte[2 * source.length];
        int length = encoder.encode(source, source.length, target, source.length);
        byte[] first = Arrays.copyOf(target, length);
        assertEquals(length, encoder.encode(source, source.length, target, length));
        assertArrayEquals(first, Arrays.copyOf(target, length));
        assertEquals(-1, encoder.encode(source, source.length, target, length - 1));
    }

    @Test
    void encode_zeroes_takesHardlyAnything() {
        byte[] target = new byte[65_536 + SLACK];
        assertTrue(encoder.encode(new byte[65_536], 65_536, target, 65_535) < 100);
    }
}
