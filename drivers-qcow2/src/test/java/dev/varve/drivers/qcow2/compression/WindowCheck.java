// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import java.util.Arrays;

/** Walks through a deflate stream, bit by bit, and notes how far back its matches reach. */
final class WindowCheck {
    private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private final byte[] stream;
    private long bit;
    private long produced;
    private long farthest;

    WindowCheck(byte[] stream) {
        this.stream = stream;
    }

    long produced() {
        return produced;
    }

    long farthest() {
        return farthest;
    }

    void run() {
        boolean last = false;
        while (!last) {
            last = bits(1) == 1;
            switch (bits(2)) {
                case 0 -> {
                    bit = bit + 7 & ~7L;
                    int length = bits(16);
                    bit += 16 + 8L * length;
                    produced += length;
                }
                case 1 -> block(new Code(DeflateAlphabet.fixedLengths()),
                        new Code(DeflateAlphabet.fixedDistanceLengths()));
                case 2 -> dynamicBlock();
                default -> throw new AssertionError("block type 3");
            }
        }
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (stream[(int) (bit >>> 3)] >>> (bit & 7) & 1) << i;
            bit++;
        }
        return value;
    }

    private void dynamicBlock() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int count = bits(4) + 4;
        int[] lengths = new int[19];
        for (int i = 0; i < count; i++) {
            lengths[ORDER[i]] = bits(3);
        }
        Code code = new Code(lengths);
        int[] all = new int[literals + distances];
        for (int at = 0; at < all.length;) {
            int symbol = code.next();
            if (symbol < 16) {
                all[at++] = symbol;
            } else {
                int repeated = symbol == 16 ? all[at - 1] : 0;
                int times = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
                Arrays.fill(all, at, at + times, repeated);
                at += times;
            }
        }
        block(new Code(Arrays.copyOf(all, literals)), new Code(Arrays.copyOfRange(all, literals, all.length)));
    }

    private void block(Code literals, Code distances) {
        for (int symbol = literals.next(); symbol != 256; symbol = literals.next()) {
            if (symbol < 256) {
                produced++;
            } else {
                int length = DeflateAlphabet.LENGTH_BASE[symbol - 257] + bits(DeflateAlphabet.LENGTH_EXTRA[symbol - 257]);
                int far = distances.next();
                long distance = DeflateAlphabet.DISTANCE_BASE[far] + bits(DeflateAlphabet.DISTANCE_EXTRA[far]);
                if (distance > produced) {
                    throw new AssertionError("distance " + distance + " at " + produced);
                }
                farthest = Math.max(farthest, distance);
                produced += length;
            }
        }
    }

    /** A canonical code, read bit by bit. */
    private final class Code {
        private final int[] counts = new int[16];
        private final int[] symbols;

        Code(int[] lengths) {
            symbols = new int[lengths.length];
            int at = 0;
            for (int length = 1; length < 16; length++) {
                for (int symbol = 0; symbol < lengths.length; symbol++) {
                    if (lengths[symbol] == length) {
                        counts[length]++;
                        symbols[at++] = symbol;
                    }
                }
            }
        }

        int next() {
            int code = 0;
            int first = 0;
            int index = 0;
            for (int length = 1; length < 16; length++) {
                code |= bits(1);
                if (code - first < counts[length]) {
                    return symbols[index + code - first];
                }
                index += counts[length];
                first = first + counts[length] << 1;
                code <<= 1;
            }
            throw new AssertionError("no such code");
        }
    }
}
