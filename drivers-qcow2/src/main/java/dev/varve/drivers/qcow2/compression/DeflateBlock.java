// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.DISTANCES;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.DISTANCE_BASE;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.DISTANCE_EXTRA;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.DISTANCE_SYMBOL;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.END_OF_BLOCK;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.FIRST_LENGTH;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.LENGTH_BASE;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.LENGTH_EXTRA;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.LENGTH_SYMBOL;
import static dev.varve.drivers.qcow2.compression.DeflateAlphabet.LITERALS_AND_LENGTHS;

import java.util.Arrays;

/** A block of deflate: collects literals and matches, and writes them as it takes the least room (RFC 1951, 3.2.3). */
final class DeflateBlock {
    /** The most literals and matches. */
    static final int CAPACITY = 20_000;

    private static final int MAX_STORED = 0xffff;
    private static final int STORED = 0;
    private static final int FIXED = 1;
    private static final int DYNAMIC = 2;
    private static final int MATCH_SHIFT = 16;
    private static final int MAX_CODE_BITS = 15;
    private static final int MAX_LENGTH_CODE_BITS = 7;
    private static final int LENGTH_CODES = 19;
    private static final int[] LENGTH_CODE_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    private static final int[] LENGTH_CODE_EXTRA = {2, 3, 7};
    private static final PrefixCode FIXED_LITERALS = PrefixCode.ofLengths(DeflateAlphabet.fixedLengths());
    private static final PrefixCode FIXED_DISTANCES = PrefixCode.ofLengths(DeflateAlphabet.fixedDistanceLengths());

    /** A literal, or the distance in the upper half and the length in the lower. */
    private final int[] items = new int[CAPACITY];
    private final PrefixCode literals = new PrefixCode(LITERALS_AND_LENGTHS, MAX_CODE_BITS);
    private final PrefixCode distances = new PrefixCode(DISTANCES, MAX_CODE_BITS);
    private final PrefixCode lengthCode = new PrefixCode(LENGTH_CODES, MAX_LENGTH_CODE_BITS);
    /** The code lengths of both codes, run by run: the symbol, and the extra bits shifted. */
    private final int[] runs = new int[LITERALS_AND_LENGTHS + DISTANCES];
    private int runCount;
    private int count;

    /** Whether the next two might not fit. */
    boolean isFull() {
        return count >= CAPACITY - 1;
    }

    void literal(byte value) {
        int symbol = value & 0xff;
        items[count++] = symbol;
        literals.frequencies[symbol]++;
    }

    void match(int length, int distance) {
        items[count++] = distance << MATCH_SHIFT | length;
        literals.frequencies[LENGTH_SYMBOL[length]]++;
        distances.frequencies[DISTANCE_SYMBOL[distance]]++;
    }

    /** Forgets what was collected. */
    void clear() {
        count = 0;
        Arrays.fill(literals.frequencies, 0);
        Arrays.fill(distances.frequencies, 0);
    }

    /**
     * Writes the block and clears it.
     *
     * @param sink where to
     * @param source what the block stands for
     * @param from where that begins
     * @param to where it ends
     * @param last whether it is the last one
     */
    void write(BitSink sink, byte[] source, int from, int to, boolean last) {
        literals.frequencies[END_OF_BLOCK]++;
        literals.build();
        distances.build();
        int literalCodes = used(literals.lengths, FIRST_LENGTH);
        int distanceCodes = used(distances.lengths, 1);
        describe(literalCodes, distanceCodes);
        int lengthCodes = LENGTH_CODES;
        while (lengthCodes > 4 && lengthCode.lengths[LENGTH_CODE_ORDER[lengthCodes - 1]] == 0) {
            lengthCodes--;
        }
        long extra = extraBits();
        long dynamic = 14 + 3L * lengthCodes + describedBits() + literals.cost() + distances.cost() + extra;
        long fixed = literals.cost(FIXED_LITERALS.lengths) + distances.cost(FIXED_DISTANCES.lengths) + extra;
        long stored = ((long) (to - from) + 5) * Byte.SIZE + 5L * ((to - from) / MAX_STORED) * Byte.SIZE;
        if (stored <= dynamic && stored <= fixed) {
            writeStored(sink, source, from, to, last);
        } else {
            boolean isFixed = fixed <= dynamic;
            sink.add((last ? 1 : 0) | (isFixed ? FIXED : DYNAMIC) << 1, 3);
            if (isFixed) {
                writeItems(sink, FIXED_LITERALS, FIXED_DISTANCES);
            } else {
                writeCodes(sink, literalCodes, distanceCodes, lengthCodes);
                writeItems(sink, literals, distances);
            }
        }
        clear();
    }

    private static int used(int[] lengths, int atLeast) {
        int used = lengths.length;
        while (used > atLeast && lengths[used - 1] == 0) {
            used--;
        }
        return used;
    }

    private long extraBits() {
        long bits = 0;
        for (int i = 0; i < LENGTH_EXTRA.length; i++) {
            bits += (long) literals.frequencies[FIRST_LENGTH + i] * LENGTH_EXTRA[i];
        }
        for (int i = 0; i < DISTANCES; i++) {
            bits += (long) distances.frequencies[i] * DISTANCE_EXTRA[i];
        }
        return bits;
    }

    /** The lengths of both codes as runs (3.2.7), and a code for these. */
    private void describe(int literalCodes, int distanceCodes) {
        int total = literalCodes + distanceCodes;
        Arrays.fill(lengthCode.frequencies, 0);
        runCount = 0;
        int at = 0;
        while (at < total) {
            int length = lengthAt(at, literalCodes);
            int run = 1;
            while (at + run < total && lengthAt(at + run, literalCodes) == length) {
                run++;
            }
            at += run;
            if (length == 0) {
                zeroRuns(run);
            } else {
                lengthRuns(length, run);
            }
        }
        lengthCode.build();
    }

    private int lengthAt(int index, int literalCodes) {
        return index < literalCodes ? literals.lengths[index] : distances.lengths[index - literalCodes];
    }

    private void zeroRuns(int run) {
        int left = run;
        while (left >= 3) {
            int now = Math.min(left, 138);
            if (now > 10) {
                add(18, now - 11);
            } else {
                add(17, now - 3);
            }
            left -= now;
        }
        while (left-- > 0) {
            add(0, 0);
        }
    }

    private void lengthRuns(int length, int run) {
        add(length, 0);
        int left = run - 1;
        while (left >= 3) {
            int now = Math.min(left, 6);
            add(16, now - 3);
            left -= now;
        }
        while (left-- > 0) {
            add(length, 0);
        }
    }

    private void add(int symbol, int extra) {
        runs[runCount++] = extra << Byte.SIZE | symbol;
        lengthCode.frequencies[symbol]++;
    }

    private long describedBits() {
        return lengthCode.cost() + 2L * lengthCode.frequencies[16] + 3L * lengthCode.frequencies[17]
                + 7L * lengthCode.frequencies[18];
    }

    private void writeCodes(BitSink sink, int literalCodes, int distanceCodes, int lengthCodes) {
        sink.add(literalCodes - FIRST_LENGTH, 5);
        sink.add(distanceCodes - 1, 5);
        sink.add(lengthCodes - 4, 4);
        sink.flush();
        for (int i = 0; i < lengthCodes; i++) {
            sink.add(lengthCode.lengths[LENGTH_CODE_ORDER[i]], 3);
            sink.flush();
        }
        for (int i = 0; i < runCount; i++) {
            int symbol = runs[i] & 0xff;
            sink.add(lengthCode.codes[symbol], lengthCode.lengths[symbol]);
            if (symbol >= 16) {
                sink.add(runs[i] >>> Byte.SIZE, LENGTH_CODE_EXTRA[symbol - 16]);
            }
            sink.flush();
        }
    }

    private void writeItems(BitSink sink, PrefixCode literalCode, PrefixCode distanceCode) {
        int[] codes = literalCode.codes;
        int[] lengths = literalCode.lengths;
        for (int i = 0; i < count; i++) {
            int item = items[i];
            int distance = item >>> MATCH_SHIFT;
            if (distance == 0) {
                sink.add(codes[item], lengths[item]);
            } else {
                int length = item & 0xffff;
                int symbol = LENGTH_SYMBOL[length];
                sink.add(codes[symbol], lengths[symbol]);
                sink.add(length - LENGTH_BASE[symbol - FIRST_LENGTH], LENGTH_EXTRA[symbol - FIRST_LENGTH]);
                int far = DISTANCE_SYMBOL[distance];
                sink.add(distanceCode.codes[far], distanceCode.lengths[far]);
                sink.add(distance - DISTANCE_BASE[far], DISTANCE_EXTRA[far]);
            }
            sink.flush();
        }
        sink.add(codes[END_OF_BLOCK], lengths[END_OF_BLOCK]);
        sink.flush();
    }

    private static void writeStored(BitSink sink, byte[] source, int from, int to, boolean last) {
        int at = from;
        do {
            int now = Math.min(MAX_STORED, to - at);
            boolean end = last && at + now == to;
            sink.add((end ? 1 : 0) | STORED << 1, 3);
            sink.align();
            sink.add(now, 16);
            sink.add(~now & MAX_STORED, 16);
            sink.flush();
            sink.copy(source, at, now);
            at += now;
        } while (at < to);
    }
}
