// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Bitmap;
import dev.varve.drivers.qcow2.layout.L2Entry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A part of an L2 table in memory. Any thread reads; entries are changed under the metadata lock, between
 * {@link L2SliceCache#forUpdate} and the write.
 */
public final class L2Slice {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(L2Slice.class, "version", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long number;
    /** Guarded by the cache's lock. */
    boolean dirty;
    /** Set by each use and cleared by the hand of the clock; races only cost accuracy. */
    boolean referenced = true;
    private final long[] entries;
    /** Odd while an extended entry changes. */
    private int version;

    L2Slice(long number, long[] entries) {
        this.number = number;
        this.entries = entries;
    }

    /** Which slice of the disk it is. */
    public long number() {
        return number;
    }

    /** A word: an entry, where entries have one. */
    public long bits(int index) {
        return (long) WORDS.getAcquire(entries, index);
    }

    /** Changes a word: an entry, where entries have one. */
    public void set(int index, long bits) {
        WORDS.setRelease(entries, index, bits);
    }

    /** Changes both words of an extended entry, so that nobody sees one of them without the other. */
    public void setPair(int index, long bits, long bitmap) {
        int now = version;
        VERSION.setRelease(this, now + 1);
        VarHandle.storeStoreFence();
        WORDS.setOpaque(entries, 2 * index, bits);
        WORDS.setOpaque(entries, 2 * index + 1, bitmap);
        VERSION.setRelease(this, now + 2);
    }

    /** What an extended entry says of a subcluster ({@link L2Bitmap#unit}). */
    long unit(int index, int subcluster, Geometry geometry) {
        return unit(index, subcluster, geometry, false);
    }

    /** The same of the first subcluster where all are of its kind; otherwise {@link L2Bitmap#INVALID}. */
    long uniformUnit(int index, Geometry geometry) {
        return unit(index, 0, geometry, true);
    }

    private long unit(int index, int subcluster, Geometry geometry, boolean uniform) {
        while (true) {
            int before = (int) VERSION.getAcquire(this);
            long bits = (long) WORDS.getOpaque(entries, 2 * index);
            long bitmap = (long) WORDS.getOpaque(entries, 2 * index + 1);
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && before == (int) VERSION.getOpaque(this)) {
                boolean refused = (bits & L2Entry.refusedBits(geometry)) != 0 && (bits & L2Entry.COMPRESSED) == 0;
                return refused || uniform && !L2Bitmap.isUniform(bitmap) ? L2Bitmap.INVALID
                        : L2Bitmap.unit(bits, bitmap, subcluster, geometry);
            }
            Thread.onSpinWait();
        }
    }

    /** The number of words. */
    public int length() {
        return entries.length;
    }
}
