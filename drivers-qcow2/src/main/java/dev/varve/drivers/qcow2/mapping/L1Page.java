// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.drivers.qcow2.layout.L1Entry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A part of an L1 table in memory, in the shape that takes less: all words, or the used ones with their places. Any
 * thread reads; only pages that {@link #changeable} made are changed, under the metadata lock.
 */
final class L1Page {
    /** A page of zeroes of any length. */
    static final L1Page NO_TABLES = new L1Page(new long[0], new short[0]);

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    /** Two more arrays' and objects' worth of bytes, roughly. */
    private static final int SPARSE_OVERHEAD = 24;
    private static final short[] ALL = {};

    private final long[] words;
    /** The slot of each word in ascending order; {@link #ALL} where there is a word for each slot. */
    private final short[] slots;

    private L1Page(long[] words, short[] slots) {
        this.words = words;
        this.slots = slots;
    }

    /** A page of these words. */
    static L1Page of(LongBuffer entries) {
        long[] all = new long[entries.remaining()];
        entries.get(all);
        int used = 0;
        for (long word : all) {
            used += word == 0 ? 0 : 1;
        }
        if (used == 0) {
            return NO_TABLES;
        }
        boolean sparse = used * (Long.BYTES + Short.BYTES) + SPARSE_OVERHEAD < all.length * Long.BYTES;
        return sparse ? sparse(all, used) : new L1Page(all, ALL);
    }

    private static L1Page sparse(long[] all, int used) {
        long[] words = new long[used];
        short[] slots = new short[used];
        int filled = 0;
        for (int slot = 0; slot < all.length; slot++) {
            if (all[slot] != 0) {
                slots[filled] = (short) slot;
                words[filled++] = all[slot];
            }
        }
        return new L1Page(words, slots);
    }

    private boolean isSparse() {
        return slots.length == words.length;
    }

    /** The word of a slot. */
    long word(int slot) {
        if (!isSparse()) {
            return (long) WORDS.getAcquire(words, slot);
        }
        int at = Arrays.binarySearch(slots, (short) slot);
        return at < 0 ? 0 : words[at];
    }

    /** The first slot from {@code slot} on that refers to a table or is wrong; {@code end} where none is before. */
    int nextUsed(int slot, int end) {
        if (!isSparse()) {
            int at = slot;
            while (at < end && isUnused(word(at))) {
                at++;
            }
            return at;
        }
        int found = Arrays.binarySearch(slots, (short) slot);
        for (int at = found < 0 ? -found - 1 : found; at < slots.length && slots[at] < end; at++) {
            if (!isUnused(words[at])) {
                return slots[at];
            }
        }
        return end;
    }

    private static boolean isUnused(long word) {
        return (word & ~L1Entry.COPIED) == 0;
    }

    /** This page if it can be changed, or a copy that can. */
    L1Page changeable(int entries) {
        return isSparse() ? new L1Page(all(entries), ALL) : this;
    }

    /** Changes a word of a changeable page. */
    void set(int slot, long word) {
        WORDS.setRelease(words, slot, word);
    }

    /** A copy of all words. */
    long[] all(int entries) {
        long[] all = isSparse() ? new long[entries] : Arrays.copyOf(words, entries);
        for (int i = 0; i < slots.length; i++) {
            all[slots[i]] = words[i];
        }
        return all;
    }
}
