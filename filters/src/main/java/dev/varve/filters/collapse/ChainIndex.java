// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.ChainFilterNode.Cost;
import dev.varve.api.spi.ChainFilterNode.Decision;
import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.FrozenChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The index of one frozen chain: spans of runs, each found out when it is first needed, no further than it is needed.
 * Finding takes no lock and allocates nothing. Two requests for one span find it out once; a lock is shared by few
 * spans. The index of a chain with more layers on top goes on with the same spans, and only the new layers are asked
 * when a span is next used ("folded in").
 */
final class ChainIndex {
    private static final byte[] ZEROES = new byte[64 << 10];
    private static final int LOCKS = 64;
    /** How many spans are found out together at most: what a qcow2 L2 table of 64 KiB clusters maps. */
    private static final int MOST_AHEAD = 16;
    private static final long MOST_BYTES_AHEAD = 1 << 30;
    /** A budget that holds less for each of them would drop them before they are used. */
    private static final long MEMORY_A_SPAN_AHEAD = 128 << 10;

    private final FrozenChain chain;
    private final IndexShape shape;
    private final IndexSettings settings;
    private final Statistics statistics;
    private final Storages storages;
    private final SpanDirectory directory;
    private final ReentrantLock[] building = new ReentrantLock[LOCKS];

    private ChainIndex(FrozenChain chain, IndexShape shape, IndexSettings settings, Statistics statistics,
            Storages storages, SpanDirectory directory) {
        this.chain = chain;
        this.shape = shape;
        this.settings = settings;
        this.statistics = statistics;
        this.storages = storages;
        this.directory = directory;
        for (int i = 0; i < LOCKS; i++) {
            building[i] = new ReentrantLock();
        }
    }

    /** An index of which nothing is known yet. */
    static ChainIndex of(FrozenChain chain, IndexShape shape, IndexSettings settings, Statistics statistics) {
        return new ChainIndex(chain, shape, settings, statistics, new Storages(chain.length()),
                new SpanDirectory(shape.spans(), statistics.evictions()));
    }

    /**
     * The index of the same layers with none or more on top, and with the spans of this one, which must not be used
     * any more. The shape must fit.
     */
    ChainIndex goingOn(FrozenChain longer, IndexShape itsShape) {
        directory.growTo(itsShape.spans());
        return new ChainIndex(longer, itsShape, settings, statistics, storages.extended(longer.length()), directory);
    }

    FrozenChain chain() {
        return chain;
    }

    IndexShape shape() {
        return shape;
    }

    /** The memory of its spans. */
    long bytes() {
        return directory.bytes();
    }

    /** Reads the remaining bytes of the buffer; the range lies inside the disk. */
    void read(long offset, ByteBuffer dst) throws IOException {
        int limit = dst.limit();
        long at = offset;
        while (dst.position() < limit) {
            int bytes = readRun(at, dst);
            dst.limit(limit);
            at += bytes;
        }
    }

    private int readRun(long at, ByteBuffer dst) throws IOException {
        int from = shape.position(at);
        int to = (int) Math.min((long) from + dst.remaining(), shape.length(shape.spanOf(at)));
        Span span = known(shape.spanOf(at), from, to);
        int run = span.find(from);
        int bytes = Math.min(to, span.continuedEnd(run, to)) - from;
        long word = span.word(run);
        switch (RunWord.kind(word)) {
            case DATA, ZERO_DATA, SAME -> storages.reader(RunWord.height(word)).read(
                    RunWord.place(word) + from - span.start(run), dst.limit(dst.position() + bytes));
            case ZERO, ZERO_WITH_ROOM, NOTHING -> zeroFill(dst, bytes);
            case ASK -> chain.layer(RunWord.height(word)).read(at, dst.limit(dst.position() + bytes));
            case UNKNOWN -> throw new IllegalStateException("offset " + at + " was not found out");
        }
        return bytes;
    }

    private static void zeroFill(ByteBuffer dst, int bytes) {
        for (int left = bytes; left > 0;) {
            int now = Math.min(left, ZEROES.length);
            dst.put(ZEROES, 0, now);
            left -= now;
        }
    }

    /** Which layer decides over what begins at an offset. */
    Decision decide(long offset, long bytes) throws IOException {
        long number = shape.spanOf(offset);
        int from = shape.position(offset);
        int to = (int) Math.min(from + bytes, shape.length(number));
        Span span = directory.find(number);
        span = span == null && from + bytes > shape.length(number)
                ? findOutAhead(number, shape.spanOf(offset + bytes - 1)) : known(number, from, to);
        int run = span.find(from);
        long word = span.word(run);
        int length = Math.min(to, span.continuedEnd(run, to)) - from;
        return new Decision(RunWord.height(word), length, status(word, from - span.start(run), length));
    }

    private Optional<BlockStatus> status(long word, int past, long bytes) {
        return switch (RunWord.kind(word)) {
            case DATA -> Optional.of(new BlockStatus.Data(bytes, storage(word, past), false));
            case ZERO_DATA -> Optional.of(new BlockStatus.Data(bytes, storage(word, past), true));
            case ZERO -> Optional.of(new BlockStatus.Zero(bytes, Optional.empty()));
            case ZERO_WITH_ROOM -> Optional.of(new BlockStatus.Zero(bytes, storage(word, past)));
            case NOTHING -> Optional.of(new BlockStatus.Unallocated(bytes));
            case SAME -> Optional.of(new BlockStatus.SameAs(bytes, storages.edge(RunWord.height(word)),
                    RunWord.place(word) + past));
            case ASK, UNKNOWN -> Optional.empty();
        };
    }

    private Optional<BlockStatus.Storage> storage(long word, int past) {
        return Optional.of(new BlockStatus.Storage(Optional.of(storages.edge(RunWord.height(word))),
                RunWord.place(word) + past));
    }

    /** What a read at an offset would cost. */
    Cost cost(long offset) throws IOException {
        long number = shape.spanOf(offset);
        int from = shape.position(offset);
        Span span = directory.find(number);
        if (span != null && span.layers() == chain.length() && !span.hasUnknown(from, from + 1)) {
            return new Cost(true, 0);
        }
        int layers = 0;
        int next = span == null ? chain.length() - 1 : span.knowledge().next();
        for (int height = chain.length() - 1; height >= 0; height--) {
            ChainLayer layer = chain.layer(height);
            boolean open = height <= next || span != null && height >= span.layers();
            if (open && offset < layer.size() && layer.emptyRun(offset, 1) == 0) {
                layers++;
            }
        }
        return new Cost(false, layers);
    }

    /** A span of which everything between two positions is known. */
    private Span known(long number, int from, int to) throws IOException {
        Span span = directory.find(number);
        if (span != null && isKnown(span, from, to)) {
            span.use();
            statistics.hits().increment();
            return span;
        }
        return findOut(number, from, to);
    }

    private Span findOut(long number, int from, int to) throws IOException {
        ReentrantLock lock = building[(int) number & LOCKS - 1];
        lock.lock();
        try {
            Span span = directory.find(number);
            if (span != null && isKnown(span, from, to)) {
                return span;
            }
            statistics.builds().increment();
            SpanPage page = page(number);
            SpanBuilder builder = new SpanBuilder(chain, storages, holders(page, number), shape.begin(number),
                    shape.length(number), shape.granuleBits());
            if (span != null) {
                builder.startFrom(span);
            }
            builder.resolve(settings.prefetch() ? 0 : from, settings.prefetch() ? shape.length(number) : to);
            statistics.scans().add(builder.scans());
            Span built = builder.span();
            if (builder.isLasting()) {
                settings.budget().put(directory, number, page, built);
            }
            return built;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Finds out several spans for somebody who walks the disk: each layer is asked once for all of them. Others may be
     * at one of them at the same time; what they find out stays.
     */
    private Span findOutAhead(long number, long last) throws IOException {
        long longest = Math.min(MOST_AHEAD, MOST_BYTES_AHEAD >>> shape.spanBits());
        int most = (int) Math.clamp(settings.budget().most() / MEMORY_A_SPAN_AHEAD, 1, longest);
        long end = Math.min(last, number | MOST_AHEAD - 1);
        int count = 1;
        while (count < most && number + count <= end && directory.find(number + count) == null) {
            count++;
        }
        if (count == 1) {
            return findOut(number, 0, shape.length(number));
        }
        statistics.builds().increment();
        SpanPage page = page(number);
        long begin = shape.begin(number);
        int length = (int) (Math.min(shape.begin(number + count), shape.size()) - begin);
        SpanBuilder builder = new SpanBuilder(chain, storages, holders(page, number), begin, length,
                shape.granuleBits());
        builder.resolve(0, length);
        statistics.scans().add(builder.scans());
        Span first = null;
        for (int i = count - 1; i >= 0; i--) {
            int from = (int) (shape.begin(number + i) - begin);
            first = builder.span(from, from + shape.length(number + i));
            if (builder.isLasting() && directory.find(number + i) == null) {
                settings.budget().put(directory, number + i, page, first);
            }
        }
        return Objects.requireNonNull(first);
    }

    private SpanPage page(long number) {
        SpanPage resident = directory.page(number);
        return resident == null ? new SpanPage(chain.length()) : resident;
    }

    private SpanBuilder.Holders holders(SpanPage page, long number) {
        return height -> page.mayHold(chain, height, shape.pageBegin(number), shape.pageBytes(number));
    }

    private boolean isKnown(Span span, int from, int to) {
        return span.layers() == chain.length() && !span.hasUnknown(from, to);
    }

    /** Forgets what was known of a range. */
    void forget(long offset, long bytes) {
        long first = shape.spanOf(offset);
        long last = bytes >= Long.MAX_VALUE - offset ? Long.MAX_VALUE : shape.spanOf(offset + bytes - 1);
        settings.budget().drop(directory, number -> number >= first && number <= last);
        directory.forgetHolders(first, last);
    }

    /** Gives its memory back. */
    void close() {
        settings.budget().drop(directory, number -> true);
    }
}
