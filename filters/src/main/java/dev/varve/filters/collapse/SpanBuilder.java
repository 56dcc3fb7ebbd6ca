// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.FrozenChain;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what is unknown in one span, or several neighbouring ones, layer by layer from the top, no further down
 * than it takes. A layer is asked once, for everything that the layers above it have left open. Confined to one call.
 */
final class SpanBuilder {
    private final FrozenChain chain;
    private final Storages storages;
    private final Holders holders;
    private final long begin;
    private final int length;
    private final int granuleBits;
    /** What is known, as long as it is whole granules. */
    private @Nullable GranuleWords granules;
    /** What is known, once it is not. */
    private RunList runs = new RunList();
    private int next;
    private int scans;
    private boolean lasting = true;

    /** Tells which layers are worth asking. */
    @FunctionalInterface
    interface Holders {
        boolean mayHold(int height) throws IOException;
    }

    /**
     * A builder of one span, or of several as if they were one.
     *
     * @param chain the layers
     * @param storages where they store
     * @param holders tells which layers may hold something there
     * @param begin where the first span begins on the disk, in bytes
     * @param length the bytes of all
     * @param granuleBits of the index
     */
    SpanBuilder(FrozenChain chain, Storages storages, Holders holders, long begin, int length, int granuleBits) {
        this.chain = chain;
        this.storages = storages;
        this.holders = holders;
        this.begin = begin;
        this.length = length;
        this.granuleBits = granuleBits;
        this.granules = new GranuleWords(length, granuleBits);
        this.next = chain.length() - 1;
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
        Filler filler = new Filler();
        for (int run = 0; run < old.count() && filler.position < length; run++) {
            filler.add(Math.min(length, old.end(run)), old.word(run));
        }
        filler.finish();
        next = old.knowledge().next();
    }

    /** Goes down until everything between two positions is known. */
    void resolve(int from, int to) throws IOException {
        while (next >= 0 && hasUnknown(from, to)) {
            step();
        }
    }

    /** What was found out. */
    Span span() {
        return span(0, length);
    }

    /** A part of what was found out, as a span of its own. */
    Span span(int from, int to) {
        RunList part = asRuns();
        if (from != 0 || to != length) {
            part = part.part(from, to);
        }
        int left = part.hasUnknown(0, part.length()) ? next : -1;
        return Span.of(part, granuleBits, new Span.Knowledge(chain.length(), left));
    }

    private RunList asRuns() {
        if (granules != null) {
            runs = granules.runs();
            granules = null;
        }
        return runs;
    }

    private boolean hasUnknown(int from, int to) {
        return granules != null ? granules.hasUnknown(from, to) : runs.hasUnknown(from, to);
    }

    private void step() throws IOException {
        int height = next;
        cutAtEndOfLayer(height);
        if (holders.mayHold(height)) {
            ask(height);
        }
        if (height == 0) {
            fill(0, length, RunWord.of(RunKind.NOTHING, 0));
        }
        next = height - 1;
    }

    /** Behind the end of a layer its overlay reads zeroes, whatever is below. */
    private void cutAtEndOfLayer(int height) {
        long end = chain.layer(height).size() - begin;
        if (end < length && height < chain.length() - 1) {
            fill((int) Math.max(0, end), length, RunWord.of(RunKind.NOTHING, height + 1));
        }
    }

    private void fill(int from, int to, long word) {
        Filler filler = new Filler();
        filler.add(from, RunWord.UNKNOWN);
        filler.add(to, word);
        filler.finish();
    }

    private void ask(int height) throws IOException {
        int from = granules != null ? granules.firstUnknown() : runs.firstUnknown();
        int endOfUnknown = granules != null ? granules.endOfUnknown() : runs.endOfUnknown();
        int to = (int) Math.min(endOfUnknown, chain.layer(height).size() - begin);
        if (from >= to) {
            return;
        }
        scans++;
        Words words = new Words(height);
        words.filler.add(from, RunWord.UNKNOWN);
        try {
            chain.layer(height).scan(begin + from, to - from, words);
        } catch (BlockException e) {
            if (e.kind() == ErrorKind.CHANGED) {
                throw e;
            }
            // Other parts of the span can still be read; who touches what was not told meets the failure again.
            lasting &= e.kind() == ErrorKind.CORRUPT;
        }
        words.filler.add(to, RunWord.of(RunKind.ASK, height));
        words.filler.finish();
    }

    /** Fills runs in, in their order, where nothing is known yet: at once into granules, else as a list at the end. */
    private final class Filler {
        private int position;
        private @Nullable RunList list;

        /** The next run, from where the last one ended; nothing where that is behind its end. */
        void add(int end, long word) {
            if (end <= position) {
                return;
            }
            GranuleWords quick = granules;
            if (quick != null && list == null && (word == RunWord.UNKNOWN || quick.fits(position, end))) {
                if (word != RunWord.UNKNOWN) {
                    quick.fill(position, end, word);
                }
            } else {
                if (list == null) {
                    list = new RunList();
                    list.add(position, RunWord.UNKNOWN);
                }
                list.add(end, word);
            }
            position = end;
        }

        void finish() {
            if (list != null) {
                list.add(length, RunWord.UNKNOWN);
                runs = asRuns().over(list);
            }
        }
    }

    /** Turns the statuses of one layer into words. */
    private final class Words implements Consumer<BlockStatus> {
        private final int height;
        private final Filler filler = new Filler();

        Words(int height) {
            this.height = height;
        }

        @Override
        public void accept(BlockStatus status) {
            filler.add((int) Math.min(length, filler.position + status.bytes()), word(status));
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
