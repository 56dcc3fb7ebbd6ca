// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/**
 * An entry of a bitmap table (specification: Bitmap table).
 *
 * @param bits the word as it is stored
 */
public record BitmapTableEntry(long bits) {
    /** Bits 9 to 55: the host offset of the bitmap's data, 0 where it has none. */
    public static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;
    /** Bit 0: without an offset, all ones instead of all zeroes. */
    public static final long ALL_ONES = 1;
    /** Bits 1 to 8 and 56 to 63: zero. */
    public static final long RESERVED_MASK = ~(OFFSET_MASK | ALL_ONES);

    /**
     * Checks an entry.
     *
     * @param bits the word
     * @param geometry the image's geometry
     * @return the entry
     * @throws BlockException of kind CORRUPT with the word in hex
     */
    public static BitmapTableEntry parse(long bits, Geometry geometry) throws BlockException {
        long offset = bits & OFFSET_MASK;
        FieldChecks.reserved("bitmap table entry", bits, offset == 0 ? RESERVED_MASK : RESERVED_MASK | ALL_ONES);
        FieldChecks.aligned("bitmap data cluster", offset, geometry);
        return new BitmapTableEntry(bits);
    }

    /**
     * Where the data lies.
     *
     * @return the host offset in bytes, 0 where there is none
     */
    public long offset() {
        return bits & OFFSET_MASK;
    }
}
