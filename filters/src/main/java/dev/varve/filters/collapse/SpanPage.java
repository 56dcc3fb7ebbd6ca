// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.FrozenChain;
import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring spans, and which layers may hold anything in them: one question a layer for all of the page, answered
 * from its coarsest table. Finding a span takes no lock; changes are made under the budget's lock.
 */
final class SpanPage {
    static final int SPAN_BITS = 6;
    static final int SPANS = 1 << SPAN_BITS;
    /** What a page costs without its bits, in bytes. */
    private static final int OVERHEAD = 160 + SPANS * 4;

    private final AtomicReferenceArray<@Nullable Span> spans = new AtomicReferenceArray<>(SPANS);
    private final BitSet asked = new BitSet();
    private final BitSet holders = new BitSet();
    private final int bytes;
    private int resident;

    /** A page without spans for a chain of so many layers. */
    SpanPage(int layers) {
        this.bytes = OVERHEAD + layers / 4;
    }

    private static int indexOf(long number) {
        return (int) number & SPANS - 1;
    }

    @Nullable Span span(long number) {
        return spans.get(indexOf(number));
    }

    /**
     * Whether a layer may hold anything in the page's range. A layer is asked when that first matters: one that lies
     * below everything that was ever read here never is.
     */
    synchronized boolean mayHold(FrozenChain chain, int height, long begin, long length) throws IOException {
        if (!asked.get(height)) {
            ChainLayer layer = chain.layer(height);
            long inside = Math.min(length, layer.size() - begin);
            holders.set(height, inside > 0 && layer.emptyRun(begin, inside) < inside);
            asked.set(height);
        }
        return holders.get(height);
    }

    /** Forgets which layers hold something: one of them was changed. */
    synchronized void forgetHolders() {
        asked.clear();
    }

    /** Sets a span; true where there was none. */
    boolean set(long number, Span span) {
        boolean fresh = spans.getAndSet(indexOf(number), span) == null;
        resident += fresh ? 1 : 0;
        return fresh;
    }

    /** Takes a span out; true where the page has none left. */
    boolean clear(long number) {
        spans.set(indexOf(number), null);
        resident--;
        return resident == 0;
    }

    /** The memory it takes without its spans. */
    int bytes() {
        return bytes;
    }
}
