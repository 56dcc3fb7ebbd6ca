// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/**
 * An entry of the refcount table ("Refcount table entry").
 *
 * @param bits the word
 */
public record RefcountTableEntry(long bits) {
    /** Bits 9 to 63: where the refcount block begins. */
    public static final long OFFSET_MASK = 0xffff_ffff_ffff_fe00L;
    /** Bits that are 0. */
    public static final long RESERVED_MASK = 0x1ffL;

    /**
     * An entry found in an image.
     *
     * @param bits the word
     * @param geometry the image's geometry
     * @return checked
     * @throws BlockException of kind CORRUPT if reserved bits are set or the offset is not that of a cluster below
     *         2^56
     */
    public static RefcountTableEntry parse(long bits, Geometry geometry) throws BlockException {
        FieldChecks.reserved("refcount table entry", bits, RESERVED_MASK);
        FieldChecks.aligned("refcount block", bits & OFFSET_MASK, geometry);
        FieldChecks.range("refcount block offset", bits & OFFSET_MASK, 0, FieldChecks.MAX_HOST_OFFSET - 1);
        return new RefcountTableEntry(bits);
    }

    /**
     * Where the refcount block begins.
     *
     * @return host offset in bytes, 0 where all its refcounts are 0
     */
    public long blockOffset() {
        return bits & OFFSET_MASK;
    }

    /**
     * Tells whether there is a refcount block.
     *
     * @return false where all its refcounts are 0
     */
    public boolean isUsed() {
        return blockOffset() != 0;
    }
}
