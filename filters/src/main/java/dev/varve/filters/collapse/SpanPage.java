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
    private volatile Holders holders = new Holders(new BitSet(), 0);
    private int resident;
    private int bytes;

    /**
     * Which layers may hold something.
     *
     * @param heights their heights; not changed any more
     * @param layers how many layers from the lowest on were asked
     */
    private record Holders(BitSet heights, int layers) {}

    private static int indexOf(long number) {
        return (int) number & SPANS - 1;
    }

    @Nullable Span span(long number) {
        return spans.get(indexOf(number));
    }

    /** The heights of the layers that may hold something in the page's range; asks those that were not asked yet. */
    BitSet holders(FrozenChain chain, long begin, long bytes) throws IOException {
        Holders known = holders;
        if (known.layers != chain.length()) {
            known = ask(chain, known, begin, bytes);
            holders = known;
        }
        return known.heights;
    }

    private static Holders ask(FrozenChain chain, Holders known, long begin, long bytes) throws IOException {
        BitSet heights = (BitSet) known.heights.clone();
        for (int height = known.layers; height < chain.length(); height++) {
            ChainLayer layer = chain.layer(height);
            long inside = Math.min(bytes, layer.size() - begin);
            if (inside > 0 && layer.emptyRun(begin, inside) < inside) {
                heights.set(height);
            }
        }
        return new Holders(heights, chain.length());
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

    /** The memory it took when this was first asked: what is added on storing a page is given back on dropping it. */
    int bytes() {
        if (bytes == 0) {
            bytes = OVERHEAD + holders.heights.size() / Byte.SIZE;
        }
        return bytes;
    }
}
