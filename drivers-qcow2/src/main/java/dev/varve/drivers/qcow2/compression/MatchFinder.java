// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds earlier occurrences of what follows, no further back than {@value #WINDOW} bytes: hash chains for four bytes and
 * more, and the last occurrence only for three. Positions grow from one input to the next, so that nothing has to be
 * cleared between them. Confined to a thread at a time.
 */
final class MatchFinder {
    /** The farthest distance (QEMU inflates with a window of 12 bits). */
    static final int WINDOW = 4096;
    /** The shortest match. */
    static final int MIN_MATCH = 3;
    /** The longest match of the format. */
    static final int MAX_MATCH = 258;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HASH_BITS = 15;
    private static final int SHORT_HASH_BITS = 12;
    private static final int MULTIPLIER = 0x9e37_79b1;
    private static final int CHAIN = 96;
    private static final int SHORT_CHAIN = 24;
    private static final int GOOD_MATCH = 8;
    private static final int NICE_MATCH = 128;
    private static final int MAX_POSITION = Integer.MAX_VALUE / 2;

    private final int[] newest = new int[1 << HASH_BITS];
    private final int[] newestShort = new int[1 << SHORT_HASH_BITS];
    private final int[] older = new int[WINDOW];
    private byte[] input = {};
    private int end;
    /** The position of the input's first byte; whatever is older is further away than the window. */
    private int base = WINDOW + 1;
    private int distance;

    /** Begins with another input. */
    void begin(byte[] source, int length) {
        base += end + WINDOW + 1;
        if (base > MAX_POSITION) {
            Arrays.fill(newest, 0);
            Arrays.fill(newestShort, 0);
            base = WINDOW + 1;
        }
        input = source;
        end = length;
    }

    /** The distance of the match found last. */
    int distance() {
        return distance;
    }

    /**
     * The longest match of what begins at a position, which is entered.
     *
     * @param at the position
     * @param atLeast only longer ones count
     * @return its length; {@code atLeast} or 0 where there is none
     */
    int find(int at, int atLeast) {
        int most = Math.min(MAX_MATCH, end - at);
        if (most < Integer.BYTES) {
            return atLeast;
        }
        int word = (int) INTS.get(input, at);
        int hash = hash(word);
        int shortHash = shortHash(word);
        int position = base + at;
        int found = newest[hash];
        int foundShort = newestShort[shortHash];
        older[position & WINDOW - 1] = found;
        newest[hash] = position;
        newestShort[shortHash] = position;
        if (atLeast >= most) {
            return atLeast;
        }
        int best = atLeast;
        if (best < MIN_MATCH && position - foundShort <= WINDOW
                && (((int) INTS.get(input, foundShort - base) ^ word) & 0xff_ffff) == 0) {
            best = MIN_MATCH;
            distance = position - foundShort;
        }
        return position - found > WINDOW ? best : follow(found, at, word, best, most);
    }

    private int follow(int newestFound, int at, int word, int atLeast, int most) {
        byte[] in = input;
        int position = base + at;
        int nice = Math.min(NICE_MATCH, most);
        int left = atLeast >= GOOD_MATCH ? SHORT_CHAIN : CHAIN;
        int best = atLeast;
        int found = newestFound;
        while (true) {
            int candidate = found - base;
            if ((int) INTS.get(in, candidate) == word && in[candidate + best] == in[at + best]) {
                int length = common(in, candidate, at, most);
                if (length > best) {
                    best = length;
                    distance = position - found;
                    if (length >= nice) {
                        return best;
                    }
                }
            }
            int next = older[found & WINDOW - 1];
            // The entry itself may lie a whole window back, where its slot holds the position looked at now.
            if (--left == 0 || next >= found || position - next > WINDOW) {
                return best;
            }
            found = next;
        }
    }

    private static int common(byte[] in, int candidate, int at, int most) {
        int length = Integer.BYTES;
        while (length + Long.BYTES <= most) {
            long difference = (long) LONGS.get(in, candidate + length) ^ (long) LONGS.get(in, at + length);
            if (difference != 0) {
                return length + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
            length += Long.BYTES;
        }
        while (length < most && in[candidate + length] == in[at + length]) {
            length++;
        }
        return length;
    }

    /** Enters positions that need no match of their own. */
    void skip(int from, int to) {
        int last = Math.min(to, end - Integer.BYTES + 1);
        for (int at = from; at < last; at++) {
            int word = (int) INTS.get(input, at);
            int hash = hash(word);
            int position = base + at;
            older[position & WINDOW - 1] = newest[hash];
            newest[hash] = position;
            newestShort[shortHash(word)] = position;
        }
    }

    private static int hash(int word) {
        return word * MULTIPLIER >>> Integer.SIZE - HASH_BITS;
    }

    private static int shortHash(int word) {
        return (word << 8) * MULTIPLIER >>> Integer.SIZE - SHORT_HASH_BITS;
    }
}
