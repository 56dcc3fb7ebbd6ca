// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import java.util.Arrays;

/**
 * A prefix code of deflate (RFC 1951, 3.2.2): lengths from frequencies, no longer than a bound, and the codes that belong
 * to the lengths, reversed as they are written.
 */
final class PrefixCode {
    private static final int SYMBOL_BITS = 9;
    private static final int SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;
    private static final int MAX_LENGTH = 15;

    final int[] frequencies;
    final int[] lengths;
    final int[] codes;
    private final int longest;
    private final long[] sorted;
    private final int[] parents;
    private final long[] weights;
    private final int[] perLength = new int[MAX_LENGTH + 2];

    /**
     * A code without symbols yet.
     *
     * @param symbols how many there may be
     * @param longest the most bits of a code
     */
    PrefixCode(int symbols, int longest) {
        this.longest = longest;
        frequencies = new int[symbols];
        lengths = new int[symbols];
        codes = new int[symbols];
        sorted = new long[symbols];
        parents = new int[2 * symbols];
        weights = new long[2 * symbols];
    }

    /** The code of the fixed lengths. */
    static PrefixCode ofLengths(int[] lengths) {
        PrefixCode code = new PrefixCode(lengths.length, MAX_LENGTH);
        System.arraycopy(lengths, 0, code.lengths, 0, lengths.length);
        code.countLengths();
        code.assign();
        return code;
    }

    /** Makes the code for the frequencies. At least two symbols get a code. */
    void build() {
        int used = 0;
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            if (frequencies[symbol] > 0) {
                sorted[used++] = (long) frequencies[symbol] << SYMBOL_BITS | symbol;
            }
        }
        for (int symbol = 0; used < 2; symbol++) {
            if (frequencies[symbol] == 0) {
                sorted[used++] = symbol;
            }
        }
        Arrays.sort(sorted, 0, used);
        Arrays.fill(lengths, 0);
        join(used);
        limit();
        int at = used;
        for (int length = 1; length <= longest; length++) {
            for (int n = perLength[length]; n > 0; n--) {
                lengths[(int) sorted[--at] & SYMBOL_MASK] = length;
            }
        }
        assign();
    }

    /** Joins the two lightest trees until one is left; then counts the leaves of each depth. */
    private void join(int used) {
        for (int i = 0; i < used; i++) {
            weights[i] = sorted[i] >>> SYMBOL_BITS;
        }
        int leaf = 0;
        int tree = used;
        int last = 2 * used - 2;
        for (int made = used; made <= last; made++) {
            int first = leaf < used && (tree >= made || weights[leaf] <= weights[tree]) ? leaf++ : tree++;
            int second = leaf < used && (tree >= made || weights[leaf] <= weights[tree]) ? leaf++ : tree++;
            weights[made] = weights[first] + weights[second];
            parents[first] = made;
            parents[second] = made;
        }
        Arrays.fill(perLength, 0);
        // From here on a parent's place holds its depth.
        parents[last] = 0;
        for (int node = last - 1; node >= 0; node--) {
            parents[node] = parents[parents[node]] + 1;
            if (node < used) {
                perLength[Math.min(parents[node], longest)]++;
            }
        }
    }

    /** Where leaves were too deep and were moved up, others move down until the code is one again. */
    private void limit() {
        long total = 0;
        for (int length = 1; length <= longest; length++) {
            total += (long) perLength[length] << longest - length;
        }
        while (total > 1L << longest) {
            int length = longest - 1;
            while (perLength[length] == 0) {
                length--;
            }
            perLength[length]--;
            perLength[length + 1] += 2;
            perLength[longest]--;
            total--;
        }
    }

    private void countLengths() {
        Arrays.fill(perLength, 0);
        for (int length : lengths) {
            perLength[length]++;
        }
        perLength[0] = 0;
    }

    private void assign() {
        int[] next = new int[MAX_LENGTH + 2];
        int code = 0;
        for (int length = 1; length <= MAX_LENGTH; length++) {
            code = code + (length == 1 ? 0 : perLength[length - 1]) << 1;
            next[length] = code;
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            codes[symbol] = length == 0 ? 0 : Integer.reverse(next[length]++) >>> Integer.SIZE - length;
        }
    }

    /** The bits of all symbols with their frequencies. */
    long cost() {
        return cost(lengths);
    }

    /** The bits of all symbols with their frequencies by another code's lengths. */
    long cost(int[] others) {
        long bits = 0;
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            bits += (long) frequencies[symbol] * others[symbol];
        }
        return bits;
    }
}
