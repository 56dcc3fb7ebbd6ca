// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A part of an L2 table in memory. Any thread reads; entries are changed under the metadata lock, between
 * {@link L2SliceCache#forUpdate} and the write.
 */
public final class L2Slice {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    final long number;
    /** Guarded by the cache's lock. */
    boolean dirty;
    /** Set by each use and cleared by the hand of the clock; races only cost accuracy. */
    boolean referenced = true;
    private final long[] entries;

    L2Slice(long number, long[] entries) {
        this.number = number;
        this.entries = entries;
    }

    /** Which slice of the disk it is. */
    public long number() {
        return number;
    }

    /** The word of an entry. */
    public long bits(int index) {
        return (long) WORDS.getAcquire(entries, index);
    }

    /** Changes an entry. */
    public void set(int index, long bits) {
        WORDS.setRelease(entries, index, bits);
    }

    /** The number of entries. */
    public int length() {
        return entries.length;
    }
}
