// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The resident spans of one chain, by number. Finding takes no lock; all else is under the budget's lock. */
final class SpanDirectory {
    private volatile AtomicReferenceArray<@Nullable SpanPage> pages;
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder evictions;

    /** The place of a span. */
    record Slot(SpanDirectory directory, long number) {
        @Nullable Span span() {
            return directory.find(number);
        }
    }

    /**
     * An empty directory.
     *
     * @param spans how many there can be
     * @param evictions counts those that leave for others
     */
    SpanDirectory(long spans, LongAdder evictions) {
        this.pages = new AtomicReferenceArray<>(pagesFor(spans));
        this.evictions = evictions;
    }

    private static int pagesFor(long spans) {
        return (int) (spans + SpanPage.SPANS - 1 >>> SpanPage.SPAN_BITS);
    }

    /** Makes room for more spans; nobody may be using the directory. */
    void growTo(long spans) {
        AtomicReferenceArray<@Nullable SpanPage> before = pages;
        if (pagesFor(spans) > before.length()) {
            AtomicReferenceArray<@Nullable SpanPage> grown = new AtomicReferenceArray<>(pagesFor(spans));
            for (int index = 0; index < before.length(); index++) {
                grown.set(index, before.get(index));
            }
            pages = grown;
        }
    }

    /** The memory that spans and pages take. */
    long bytes() {
        return bytes.get();
    }

    @Nullable Span find(long number) {
        SpanPage page = page(number);
        return page == null ? null : page.span(number);
    }

    /** The page of a span; null where no span of it is resident. */
    @Nullable SpanPage page(long number) {
        return pages.get((int) (number >>> SpanPage.SPAN_BITS));
    }

    /** The bytes that storing a span would add. */
    long costOf(long number, SpanPage fresh, Span span) {
        SpanPage page = page(number);
        Span before = page == null ? null : page.span(number);
        return (long) span.bytes() - (before == null ? 0 : before.bytes()) + (page == null ? fresh.bytes() : 0);
    }

    /** Stores a span, and the page where there is none; true where the span was not resident. */
    boolean put(long number, SpanPage fresh, Span span) {
        bytes.addAndGet(costOf(number, fresh, span));
        SpanPage page = page(number);
        if (page == null) {
            page = fresh;
            pages.set((int) (number >>> SpanPage.SPAN_BITS), page);
        }
        return page.set(number, span);
    }

    /** Drops a resident span, with its page if that was the last; returns the bytes that this frees. */
    long remove(long number) {
        SpanPage page = page(number);
        Span span = page == null ? null : page.span(number);
        if (page == null || span == null) {
            return 0;
        }
        long freed = span.bytes();
        if (page.clear(number)) {
            pages.set((int) (number >>> SpanPage.SPAN_BITS), null);
            freed += page.bytes();
        }
        bytes.addAndGet(-freed);
        return freed;
    }

    /** Forgets which layers hold something where the spans of a range lie. */
    void forgetHolders(long first, long last) {
        for (int index = 0; index < pages.length(); index++) {
            SpanPage page = pages.get(index);
            long begin = (long) index << SpanPage.SPAN_BITS;
            if (page != null && begin <= last && begin + SpanPage.SPANS > first) {
                page.forgetHolders();
            }
        }
    }

    void noteEviction() {
        evictions.increment();
    }
}
