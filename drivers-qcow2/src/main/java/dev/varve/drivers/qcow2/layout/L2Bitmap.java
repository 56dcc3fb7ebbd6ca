// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/**
 * The second half of an extended L2 entry ("Extended L2 Entries"): two bits for each of the 32 subclusters.
 *
 * @param bits the word
 */
public record L2Bitmap(long bits) {
    /** Subclusters of a cluster. */
    public static final int SUBCLUSTERS = 32;
    /** Bits 0 to 31: the subcluster is allocated. */
    public static final long ALLOCATED_MASK = 0xffff_ffffL;
    /** Bits 32 to 63: the subcluster reads as zeroes. Never together with its allocated bit. */
    public static final long ZERO_MASK = ALLOCATED_MASK << SUBCLUSTERS;
    /** What no valid unit has: the word of {@link #unit} for an entry that contradicts itself. */
    public static final long INVALID = L2Entry.RESERVED_MASK;

    /**
     * Tells whether the bitmap fits its entry.
     *
     * @param entry the first half, as in {@link L2Entry#inMemory}
     * @param bitmap the second half
     * @return false where a subcluster is allocated and zero, or allocated without a host cluster
     */
    public static boolean isValid(long entry, long bitmap) {
        return switch (L2Entry.kindOf(entry)) {
            case COMPRESSED -> true;
            case NORMAL, ZERO_ALLOCATED -> (bitmap & bitmap >>> SUBCLUSTERS & ALLOCATED_MASK) == 0;
            case UNALLOCATED, ZERO_PLAIN -> (bitmap & ALLOCATED_MASK) == 0;
        };
    }

    /**
     * Refuses what {@link #isValid} finds wrong.
     *
     * @param entry the first half, as in {@link L2Entry#inMemory}
     * @param bitmap the second half
     * @throws BlockException of kind CORRUPT with both
     */
    public static void check(long entry, long bitmap) throws BlockException {
        if (!isValid(entry, bitmap)) {
            throw BlockException.corrupt("subcluster bitmap is " + Hex.of(bitmap) + " for the L2 entry "
                    + Hex.of(entry) + ", allowed are allocated subclusters only with a host cluster and none that are "
                    + "zero as well");
        }
    }

    /**
     * What both halves say of one subcluster, as if it were a cluster with a standard descriptor: its host offset is the
     * subcluster's own.
     *
     * @param bits the first half as the file has it
     * @param bitmap the second half
     * @param subcluster 0 to 31
     * @param geometry the image's geometry, with extended L2 entries
     * @return a word for {@link L2Entry#kindOf}, or {@link #INVALID}
     */
    public static long unit(long bits, long bitmap, int subcluster, Geometry geometry) {
        long entry = L2Entry.inMemory(bits, geometry);
        if ((entry & L2Entry.COMPRESSED) != 0) {
            return entry;
        }
        if (!isValid(entry, bitmap)) {
            return INVALID;
        }
        boolean zero = (bitmap >>> SUBCLUSTERS + subcluster & 1) != 0;
        boolean allocated = (bitmap >>> subcluster & 1) != 0;
        if (!zero && !allocated) {
            return 0;
        }
        if (L2Entry.kindOf(entry) == ClusterKind.UNALLOCATED) {
            return L2Entry.ZERO;
        }
        long host = (entry & L2Entry.OFFSET_MASK) + ((long) subcluster << geometry.unitBits());
        return host | entry & L2Entry.COPIED | (host == 0 ? L2Entry.AT_ZERO : 0) | (zero ? L2Entry.ZERO : 0);
    }

    /**
     * Tells whether all subclusters are of one kind.
     *
     * @param bitmap the second half
     * @return true for none, all allocated and all zero
     */
    public static boolean isUniform(long bitmap) {
        return bitmap == 0 || bitmap == ALLOCATED_MASK || bitmap == ZERO_MASK;
    }

    /**
     * The allocated bits of subclusters.
     *
     * @param first the first of them, 0 to 31
     * @param end the first behind them, at most 32
     * @return a mask
     */
    public static long allocated(int first, int end) {
        return (1L << end) - (1L << first);
    }

    /**
     * This bitmap with subclusters of another kind.
     *
     * @param range {@link #allocated} of them
     * @return they are allocated
     */
    public L2Bitmap withAllocated(long range) {
        return new L2Bitmap(bits & ~(range << SUBCLUSTERS) | range);
    }

    /**
     * This bitmap with subclusters of another kind.
     *
     * @param range {@link #allocated} of them
     * @return they read as zeroes
     */
    public L2Bitmap withZero(long range) {
        return new L2Bitmap(bits & ~range | range << SUBCLUSTERS);
    }
}
