// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import java.util.Arrays;

/** Runs in order and without gaps, from 0 to a length; neighbours that tell the same become one. One thread. */
final class RunList {
    private int[] starts = new int[16];
    private long[] words = new long[16];
    private int count;
    private int length;

    /** Appends a run, from where the last one ends. */
    void add(int end, long word) {
        if (end <= length) {
            return;
        }
        boolean continues = count > 0
                && RunWord.advanced(words[count - 1], length - starts[count - 1]) == word;
        if (!continues) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
                words = Arrays.copyOf(words, 2 * count);
            }
            starts[count] = length;
            words[count++] = word;
        }
        length = end;
    }

    /** Appends a part of a run that began at {@code start}. */
    void addPart(int end, long word, int start) {
        long rest = RunWord.advanced(word, length - start);
        add(end, rest == RunWord.UNKNOWN - 1 ? RunWord.of(RunKind.ASK, RunWord.height(word)) : rest);
    }

    int count() {
        return count;
    }

    int length() {
        return length;
    }

    int start(int run) {
        return starts[run];
    }

    int end(int run) {
        return run + 1 < count ? starts[run + 1] : length;
    }

    long word(int run) {
        return words[run];
    }

    int[] starts() {
        return Arrays.copyOf(starts, count);
    }

    long[] words() {
        return Arrays.copyOf(words, count);
    }

    /** The runs between two positions, counted from the first one. */
    RunList part(int from, int to) {
        RunList part = new RunList();
        for (int run = 0; run < count && starts[run] < to; run++) {
            if (end(run) > from) {
                part.addPart(Math.min(to, end(run)) - from, words[run], starts[run] - from);
            }
        }
        return part;
    }

    /** Whether every run begins at a granule. */
    boolean isAligned(int granuleBits) {
        for (int run = 0; run < count; run++) {
            if ((starts[run] & (1 << granuleBits) - 1) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the first position is of which nothing is known; the length where all is known. */
    int firstUnknown() {
        for (int run = 0; run < count; run++) {
            if (words[run] == RunWord.UNKNOWN) {
                return starts[run];
            }
        }
        return length;
    }

    /** The end of the last run of which nothing is known; 0 where all is known. */
    int endOfUnknown() {
        for (int run = count - 1; run >= 0; run--) {
            if (words[run] == RunWord.UNKNOWN) {
                return end(run);
            }
        }
        return 0;
    }

    /** Whether anything is unknown between two positions. */
    boolean hasUnknown(int from, int to) {
        for (int run = 0; run < count && starts[run] < to; run++) {
            if (words[run] == RunWord.UNKNOWN && end(run) > from) {
                return true;
            }
        }
        return false;
    }

    /** These runs where they are known, and another list's where they are not. Both have one length. */
    RunList over(RunList below) {
        RunList merged = new RunList();
        int lower = 0;
        for (int run = 0; run < count; run++) {
            int end = end(run);
            if (words[run] != RunWord.UNKNOWN) {
                merged.addPart(end, words[run], starts[run]);
                continue;
            }
            while (below.end(lower) <= starts[run]) {
                lower++;
            }
            while (merged.length < end) {
                merged.addPart(Math.min(end, below.end(lower)), below.words[lower], below.starts[lower]);
                lower += below.end(lower) <= merged.length ? 1 : 0;
            }
        }
        return merged;
    }
}
