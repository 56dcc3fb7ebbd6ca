// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.spi.FrozenChain;
import java.util.OptionalLong;

/**
 * How an index divides a disk. A granule is the smallest cluster of the chain; a span is 512 granules, more where that
 * would be little, or too many spans.
 *
 * @param granuleBits log2 of the bytes of a granule
 * @param spanBits log2 of the bytes of a span
 * @param size of the disk in bytes
 */
record IndexShape(int granuleBits, int spanBits, long size) {
    static final long SMALLEST_GRANULE = 512;
    static final long LARGEST_GRANULE = 2 << 20;

    private static final int DEFAULT_GRANULE_BITS = 16;
    private static final int GRANULES_BITS = 9;
    private static final int SMALLEST_SPAN_BITS = 22;
    private static final int LARGEST_SPAN_BITS = 30;
    private static final int MOST_SPANS_BITS = 22;

    /** The shape for a chain; a granularity that was asked for, a power of two, goes before its own. */
    static IndexShape of(FrozenChain chain, OptionalLong granularity) {
        long size = chain.layer(chain.length() - 1).size();
        int granuleBits = granularity.isPresent() ? Long.numberOfTrailingZeros(granularity.getAsLong())
                : smallestClusterBits(chain);
        int spanBits = Math.max(granuleBits + GRANULES_BITS, SMALLEST_SPAN_BITS);
        while (spanBits < LARGEST_SPAN_BITS && size >>> spanBits >= 1L << MOST_SPANS_BITS) {
            spanBits++;
        }
        return new IndexShape(granuleBits, spanBits, size);
    }

    private static int smallestClusterBits(FrozenChain chain) {
        long smallest = Long.MAX_VALUE;
        for (int height = 0; height < chain.length(); height++) {
            smallest = Math.min(smallest, chain.layer(height).clusterSize().orElse(Long.MAX_VALUE));
        }
        return smallest == Long.MAX_VALUE ? DEFAULT_GRANULE_BITS
                : Long.numberOfTrailingZeros(Math.clamp(Long.highestOneBit(smallest), SMALLEST_GRANULE,
                        LARGEST_GRANULE));
    }

    /** Whether a disk of the size can be indexed; beyond that the layers are asked. */
    boolean isUsable() {
        return spans() <= 1L << MOST_SPANS_BITS;
    }

    long spans() {
        return (size >>> spanBits) + 1;
    }

    long spanOf(long offset) {
        return offset >>> spanBits;
    }

    long begin(long span) {
        return span << spanBits;
    }

    /** The bytes of a span, less for the last one of the disk. */
    int length(long span) {
        return (int) Math.min(1L << spanBits, size - begin(span));
    }

    /** The position of an offset in its span. */
    int position(long offset) {
        return (int) (offset & (1L << spanBits) - 1);
    }

    /** Where the page of a span begins on the disk. */
    long pageBegin(long span) {
        return begin(span & -SpanPage.SPANS);
    }

    long pageBytes(long span) {
        return Math.min((long) SpanPage.SPANS << spanBits, size - pageBegin(span));
    }

    /** The same division of a disk of another size. */
    IndexShape withSize(long another) {
        return new IndexShape(granuleBits, spanBits, another);
    }
}
