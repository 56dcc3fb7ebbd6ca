// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/**
 * An entry of an L1 table ("L1 table entry").
 *
 * @param bits the word
 */
public record L1Entry(long bits) {
    /** Bits 9 to 55: where the L2 table begins in the file. */
    public static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;
    /** Bit 63: the L2 table's refcount is exactly one. Accurate in the active L1 table only. */
    public static final long COPIED = 1L << 63;
    /** Bits that are 0. */
    public static final long RESERVED_MASK = 0x7f00_0000_0000_01ffL;
    /** No L2 table: everything it would map is unallocated. */
    public static final L1Entry UNUSED = new L1Entry(0);

    /**
     * An entry found in an image.
     *
     * @param bits the word
     * @param geometry the image's geometry
     * @return checked
     * @throws BlockException of kind CORRUPT if reserved bits are set or the offset is not that of a cluster
     */
    public static L1Entry parse(long bits, Geometry geometry) throws BlockException {
        FieldChecks.reserved("L1 entry", bits, RESERVED_MASK);
        FieldChecks.aligned("L2 table", bits & OFFSET_MASK, geometry);
        return new L1Entry(bits);
    }

    /**
     * The entry for an L2 table of this image alone.
     *
     * @param l2TableOffset where it begins in the file
     * @return with {@link #COPIED}
     */
    public static L1Entry copied(long l2TableOffset) {
        return new L1Entry(l2TableOffset | COPIED);
    }

    /**
     * Where the L2 table begins.
     *
     * @return host offset in bytes, 0 for none
     */
    public long l2TableOffset() {
        return bits & OFFSET_MASK;
    }

    /**
     * Tells whether there is an L2 table.
     *
     * @return false where everything it would map is unallocated
     */
    public boolean isUsed() {
        return l2TableOffset() != 0;
    }

    /**
     * Tells whether the L2 table may be written in place.
     *
     * @return true where its refcount is exactly one
     */
    public boolean isCopied() {
        return (bits & COPIED) != 0;
    }
}
