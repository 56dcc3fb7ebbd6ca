// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.FrozenChain;
import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what is unknown in one span, layer by layer from the top, no further down than it takes. A layer is asked
 * once, for everything of the span that the layers above it have left open. Confined to one call.
 */
final class SpanBuilder {
    private final FrozenChain chain;
    private final Storages storages;
    private final BitSet holders;
    private final long begin;
    private final int length;
    private RunList runs = new RunList();
    private int next;
    private int scans;
    private boolean lasting = true;

    /**
     * A builder of one span.
     *
     * @param chain the layers
     * @param storages where they store
     * @param holders the heights of layers that may hold something in the span
     * @param begin where the span begins on the disk, in bytes
     * @param length its bytes
     */
    SpanBuilder(FrozenChain chain, Storages storages, BitSet holders, long begin, int length) {
        this.chain = chain;
        this.storages = storages;
        this.holders = holders;
        this.begin = begin;
        this.length = length;
        this.next = chain.length() - 1;
        runs.add(length, RunWord.UNKNOWN);
    }

    /** How many layers were asked. */
    int scans() {
        return scans;
    }

    /** Whether what was found out holds for longer than this request: no layer failed to answer. */
    boolean isLasting() {
        return lasting;
    }

    /** Takes over what is known of the span, and asks the layers that were put on top since. */
    void startFrom(Span old) throws IOException {
        int known = old.layers();
        while (next >= known) {
            step();
        }
        cutAtEndOfLayer(known - 1);
        RunList below = new RunList();
        for (int run = 0; run < old.count() && below.length() < length; run++) {
            below.add(Math.min(length, old.end(run)), old.word(run));
        }
        below.add(length, RunWord.UNKNOWN);
        runs = runs.over(below);
        next = old.knowledge().next();
    }

    /** Goes down until everything between two positions is known. */
    void resolve(int from, int to) throws IOException {
        while (next >= 0 && runs.hasUnknown(from, to)) {
            step();
        }
    }

    Span span(int granuleBits) {
        int left = runs.hasUnknown(0, length) ? next : -1;
        return Span.of(runs, granuleBits, new Span.Knowledge(chain.length(), left));
    }

    private void step() throws IOException {
        int height = next;
        cutAtEndOfLayer(height);
        if (holders.get(height)) {
            ask(height);
        }
        if (height == 0) {
            fillUnknown(0, length, RunWord.of(RunKind.NOTHING, 0));
        }
        next = height - 1;
    }

    /** Behind the end of a layer its overlay reads zeroes, whatever is below. */
    private void cutAtEndOfLayer(int height) {
        long end = chain.layer(height).size() - begin;
        if (end < length && height < chain.length() - 1) {
            fillUnknown((int) Math.max(0, end), length, RunWord.of(RunKind.NOTHING, height + 1));
        }
    }

    private void fillUnknown(int from, int to, long word) {
        RunList below = new RunList();
        below.add(from, RunWord.UNKNOWN);
        below.add(to, word);
        below.add(length, RunWord.UNKNOWN);
        runs = runs.over(below);
    }

    private void ask(int height) throws IOException {
        int from = firstUnknown();
        int to = (int) Math.min(endOfUnknown(), chain.layer(height).size() - begin);
        if (from >= to) {
            return;
        }
        RunList told = new RunList();
        told.add(from, RunWord.UNKNOWN);
        scans++;
        Words words = new Words(height, told);
        try {
            chain.layer(height).scan(begin + from, to - from, words);
        } catch (BlockException e) {
            if (e.kind() == ErrorKind.CHANGED) {
                throw e;
            }
            // Other parts of the span can still be read; who touches what was not told meets the failure again.
            lasting &= e.kind() == ErrorKind.CORRUPT;
        }
        if (told.length() < to) {
            told.add(to, RunWord.of(RunKind.ASK, height));
        }
        told.add(length, RunWord.UNKNOWN);
        if (words.holdsAnything || told.count() > 1) {
            runs = runs.over(told);
        }
    }

    private int firstUnknown() {
        for (int run = 0; run < runs.count(); run++) {
            if (runs.word(run) == RunWord.UNKNOWN) {
                return runs.start(run);
            }
        }
        return length;
    }

    private int endOfUnknown() {
        for (int run = runs.count() - 1; run >= 0; run--) {
            if (runs.word(run) == RunWord.UNKNOWN) {
                return runs.end(run);
            }
        }
        return 0;
    }

    /** Turns the statuses of one layer into words. */
    private final class Words implements java.util.function.Consumer<BlockStatus> {
        private final int height;
        private final RunList told;
        private boolean holdsAnything;

        Words(int height, RunList told) {
            this.height = height;
            this.told = told;
        }

        @Override
        public void accept(BlockStatus status) {
            long word = word(status);
            holdsAnything |= word != RunWord.UNKNOWN;
            told.add((int) Math.min(length, told.length() + status.bytes()), word);
        }

        private long word(BlockStatus status) {
            return switch (status) {
                case BlockStatus.Unallocated unallocated -> RunWord.UNKNOWN;
                case BlockStatus.Data data -> stored(data.readsAsZeroes() ? RunKind.ZERO_DATA : RunKind.DATA,
                        data.storage().orElse(null), status.bytes());
                case BlockStatus.Zero zero when zero.storage().isEmpty() -> RunWord.of(RunKind.ZERO, height);
                case BlockStatus.Zero zero -> stored(RunKind.ZERO_WITH_ROOM, zero.storage().get(), status.bytes());
                case BlockStatus.SameAs same -> storages.note(height, same.child())
                        ? RunWord.of(RunKind.SAME, height, same.childOffset()) : RunWord.of(RunKind.ASK, height);
            };
        }

        /** Only what lies in the layer's one storage as a whole is read there; all else the layer knows better. */
        private long stored(RunKind kind, BlockStatus.@Nullable Storage storage, long bytes) {
            boolean direct = storage != null && storage.child().isPresent()
                    && storages.note(height, storage.child().get())
                    && storages.reaches(height, storage.offset() + bytes);
            return direct && storage != null ? RunWord.of(kind, height, storage.offset())
                    : RunWord.of(RunKind.ASK, height);
        }
    }
}
