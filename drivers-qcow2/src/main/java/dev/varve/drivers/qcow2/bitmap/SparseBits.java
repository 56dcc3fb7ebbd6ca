// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Many bits, of which pages that are all clear or all set take no room of their own. Not thread-safe. */
final class SparseBits {
    private static final int PAGE_BITS = 15;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int WORDS = PAGE / Long.SIZE;
    /** Shared by all pages whose bits are all set: pages only gain bits, and are copied before they lose some. */
    private static final long[] ONES = ones();

    private final NavigableMap<Long, long[]> pages = new TreeMap<>();

    private static long[] ones() {
        long[] page = new long[WORDS];
        Arrays.fill(page, -1L);
        return page;
    }

    boolean isEmpty() {
        return pages.isEmpty();
    }

    void clear() {
        pages.clear();
    }

    /** Tells whether a bit is set. */
    boolean get(long bit) {
        long[] page = pages.get(bit >>> PAGE_BITS);
        return page != null && (page[wordOf(bit)] >>> bit & 1) != 0;
    }

    private static int wordOf(long bit) {
        return (int) (bit & PAGE - 1) >>> 6;
    }

    /** Sets the bits from one on up to another. */
    void set(long from, long end) {
        for (long at = from; at < end;) {
            long pageEnd = (at >>> PAGE_BITS) + 1 << PAGE_BITS;
            long stop = Math.min(end, pageEnd);
            if (stop - at == PAGE) {
                pages.put(at >>> PAGE_BITS, ONES);
            } else {
                setInPage(at, stop);
            }
            at = stop;
        }
    }

    private void setInPage(long from, long end) {
        long[] page = pages.computeIfAbsent(from >>> PAGE_BITS, number -> new long[WORDS]);
        for (long at = from; at < end;) {
            long stop = Math.min(end, (at | 63) + 1);
            page[wordOf(at)] |= mask(at, stop);
            at = stop;
        }
    }

    /** The bits of one word from one on up to another. */
    private static long mask(long from, long end) {
        return -1L << from & -1L >>> -end;
    }

    /** Clears the bits from one on. */
    void truncate(long end) {
        long first = end >>> PAGE_BITS;
        long[] page = pages.get(first);
        if (page != null && (end & PAGE - 1) != 0) {
            long[] cut = page.clone();
            int word = wordOf(end);
            if ((end & 63) != 0) {
                cut[word] &= mask(0, end & 63);
                word++;
            }
            Arrays.fill(cut, word, WORDS, 0);
            pages.put(first, cut);
            first++;
        }
        pages.tailMap(first, true).clear();
    }

    /** The first bit from one on that is as wanted; {@code end} where there is none before it. */
    long next(long from, long end, boolean set) {
        long at = from;
        while (at < end) {
            if (set) {
                Map.Entry<Long, long[]> entry = pages.ceilingEntry(at >>> PAGE_BITS);
                if (entry == null) {
                    return end;
                }
                at = Math.max(at, entry.getKey() << PAGE_BITS);
            }
            long[] page = pages.get(at >>> PAGE_BITS);
            if (page == null) {
                return Math.min(at, end);
            }
            long found = nextInPage(page, at, set);
            if (found >= 0) {
                return Math.min(found, end);
            }
            at = (at >>> PAGE_BITS) + 1 << PAGE_BITS;
        }
        return end;
    }

    private static long nextInPage(long[] page, long from, boolean set) {
        long base = from >>> PAGE_BITS << PAGE_BITS;
        long word = (set ? page[wordOf(from)] : ~page[wordOf(from)]) & -1L << from;
        int index = wordOf(from);
        while (word == 0 && ++index < WORDS) {
            word = set ? page[index] : ~page[index];
        }
        return word == 0 ? -1 : base + index * (long) Long.SIZE + Long.numberOfTrailingZeros(word);
    }

    /** Sets in bytes what is set here: bit n of byte m stands for {@code firstBit + 8 m + n}. */
    void addTo(byte[] bytes, long firstBit) {
        long end = firstBit + bytes.length * (long) Byte.SIZE;
        for (long at = next(firstBit, end, true); at < end; at = next(at, end, true)) {
            long stop = next(at, end, false);
            fill(bytes, at - firstBit, stop - firstBit);
            at = stop;
        }
    }

    private static void fill(byte[] bytes, long from, long end) {
        long at = from;
        while (at < end && (at & 7) != 0) {
            bytes[(int) (at >>> 3)] |= (byte) (1 << (at & 7));
            at++;
        }
        long whole = Math.max(at, end & ~7L);
        Arrays.fill(bytes, (int) (at >>> 3), (int) (whole >>> 3), (byte) 0xff);
        for (at = whole; at < end; at++) {
            bytes[(int) (at >>> 3)] |= (byte) (1 << (at & 7));
        }
    }

    /** Sets here what is set in bytes; the reverse of {@link #addTo}. */
    void addFrom(byte[] bytes, long firstBit, long end) {
        long last = Math.min(end, firstBit + bytes.length * (long) Byte.SIZE);
        long at = firstBit;
        while (at < last) {
            int value = bytes[(int) (at - firstBit >>> 3)] & 0xff;
            long begin = at;
            if (value == 0 || value == 0xff) {
                while (at < last && (bytes[(int) (at - firstBit >>> 3)] & 0xff) == value) {
                    at = Math.min(last, at + Byte.SIZE);
                }
                if (value != 0) {
                    set(begin, at);
                }
            } else {
                for (int bit = 0; bit < Byte.SIZE && begin + bit < last; bit++) {
                    if ((value >>> bit & 1) != 0) {
                        set(begin + bit, begin + bit + 1);
                    }
                }
                at += Byte.SIZE;
            }
        }
    }
}
