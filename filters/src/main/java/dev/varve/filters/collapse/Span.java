// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one span of the disk: runs without gaps from 0 to the span's length, in the cheaper of two forms: a
 * list of runs with their starts, or flat, a word for each granule. Positions are bytes from the beginning of the
 * span. Immutable but for the mark of use.
 */
final class Span {
    /** What an object and its place in the clock cost beside the runs, in bytes. */
    private static final int OVERHEAD = 112;

    private final int @Nullable [] starts;
    private final long[] words;
    private final int granuleBits;
    private final int length;
    private final int next;
    private final int layers;
    /** Set by every use, cleared by the clock; not volatile, since a lost mark does no harm. */
    private boolean used = true;

    private Span(int @Nullable [] starts, long[] words, int granuleBits, int length, Knowledge knowledge) {
        this.starts = starts;
        this.words = words;
        this.granuleBits = granuleBits;
        this.length = length;
        this.next = knowledge.next;
        this.layers = knowledge.layers;
    }

    /**
     * How much of a chain a span accounts for.
     *
     * @param layers how many layers from the lowest on, all of those above {@code next} and none above these
     * @param next the height of the layer to ask next for what is unknown; -1 when all are done
     */
    record Knowledge(int layers, int next) {}

    /** A span of the runs of a list, in the cheaper form. */
    static Span of(RunList runs, int granuleBits, Knowledge knowledge) {
        int length = runs.length();
        int granules = length + (1 << granuleBits) - 1 >>> granuleBits;
        boolean flat = granules * Long.BYTES < runs.count() * (Long.BYTES + Integer.BYTES)
                && runs.isAligned(granuleBits);
        if (!flat) {
            return new Span(runs.starts(), runs.words(), granuleBits, length, knowledge);
        }
        long[] words = new long[granules];
        for (int run = 0; run < runs.count(); run++) {
            int end = runs.end(run);
            for (int at = runs.start(run); at < end; at += 1 << granuleBits) {
                words[at >>> granuleBits] = RunWord.advanced(runs.word(run), at - runs.start(run));
            }
        }
        return new Span(null, words, granuleBits, length, knowledge);
    }

    /** The number of the run at a position. */
    int find(int position) {
        if (starts == null) {
            return position >>> granuleBits;
        }
        if (starts.length == 1) {
            return 0;
        }
        int found = Arrays.binarySearch(starts, position);
        return found >= 0 ? found : -found - 2;
    }

    int count() {
        return words.length;
    }

    long word(int run) {
        return words[run];
    }

    int start(int run) {
        return starts == null ? run << granuleBits : starts[run];
    }

    int end(int run) {
        return run + 1 < words.length ? start(run + 1) : length;
    }

    /** The end of the run at a position and of those that continue it, looked for up to {@code most}. */
    int continuedEnd(int run, int most) {
        int last = run;
        int end = end(run);
        while (end < most && words[last + 1] == RunWord.advanced(words[last], end - start(last))) {
            last++;
            end = end(last);
        }
        return end;
    }

    /** Whether something between two positions is unknown. */
    boolean hasUnknown(int from, int to) {
        if (next < 0) {
            return false;
        }
        for (int run = find(from); run < words.length && start(run) < to; run++) {
            if (words[run] == RunWord.UNKNOWN) {
                return true;
            }
        }
        return false;
    }

    Knowledge knowledge() {
        return new Knowledge(layers, next);
    }

    /** How many layers of the chain are accounted for. */
    int layers() {
        return layers;
    }

    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it was used since this was asked the last time. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** The memory it takes. */
    int bytes() {
        return OVERHEAD + words.length * Long.BYTES + (starts == null ? 0 : starts.length * Integer.BYTES);
    }
}
