// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

/**
 * Words of a range's granules, filled in from the layers above to those below: the quick form while every run is whole
 * granules, since a layer costs what it holds and not what is known already. One thread.
 */
final class GranuleWords {
    private final int granuleBits;
    private final int length;
    private final long[] words;
    private int unknown;
    private int first;
    private int end;

    /** A range of which nothing is known. */
    GranuleWords(int length, int granuleBits) {
        this.granuleBits = granuleBits;
        this.length = length;
        this.words = new long[indexUp(length)];
        this.unknown = words.length;
        this.end = words.length;
    }

    private int indexUp(int position) {
        return (int) ((long) position + (1 << granuleBits) - 1 >>> granuleBits);
    }

    /** Whether a run is whole granules; the last one of the range counts as whole. */
    boolean fits(int from, int to) {
        int mask = (1 << granuleBits) - 1;
        return (from & mask) == 0 && ((to & mask) == 0 || to == length);
    }

    /** Fills in a run where nothing is known yet. */
    void fill(int from, int to, long word) {
        int last = indexUp(to);
        for (int index = from >>> granuleBits; index < last; index++) {
            if (words[index] == RunWord.UNKNOWN) {
                words[index] = RunWord.advanced(word, (index << granuleBits) - from);
                unknown--;
            }
        }
    }

    /** Where the first position is of which nothing is known; the length where all is known. */
    int firstUnknown() {
        while (first < words.length && words[first] != RunWord.UNKNOWN) {
            first++;
        }
        return Math.min(length, first << granuleBits);
    }

    /** The end of the last run of which nothing is known; 0 where all is known. */
    int endOfUnknown() {
        while (end > 0 && words[end - 1] != RunWord.UNKNOWN) {
            end--;
        }
        return (int) Math.min(length, (long) end << granuleBits);
    }

    boolean hasUnknown(int from, int to) {
        if (unknown == 0) {
            return false;
        }
        int last = indexUp(to);
        for (int index = from >>> granuleBits; index < last; index++) {
            if (words[index] == RunWord.UNKNOWN) {
                return true;
            }
        }
        return false;
    }

    /** The same as runs. */
    RunList runs() {
        RunList runs = new RunList();
        for (int index = 0; index < words.length; index++) {
            runs.add((int) Math.min(length, (long) (index + 1) << granuleBits), words[index]);
        }
        return runs;
    }
}
