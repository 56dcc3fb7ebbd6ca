// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

/**
 * The three feature bit masks of the header.
 *
 * @param incompatible an unknown bit forbids opening
 * @param compatible unknown bits may be ignored
 * @param autoclear a writer clears the bits that it does not maintain
 */
public record Features(long incompatible, long compatible, long autoclear) {
    /** No feature: version 2, and version 3 without any. */
    public static final Features NONE = new Features(0, 0, 0);
    /** Incompatible bit 0: refcounts may be inconsistent. */
    public static final long DIRTY = 1;
    /** Incompatible bit 1: the image is known to be corrupt. */
    public static final long CORRUPT = 1 << 1;
    /** Incompatible bit 2: guest clusters are in an external data file. */
    public static final long DATA_FILE = 1 << 2;
    /** Incompatible bit 3: compressed clusters are not zlib's. */
    public static final long COMPRESSION_TYPE = 1 << 3;
    /** Incompatible bit 4: extended L2 entries. */
    public static final long EXTENDED_L2 = 1 << 4;
    /** The incompatible bits that the specification defines. */
    public static final long KNOWN_INCOMPATIBLE = DIRTY | CORRUPT | DATA_FILE | COMPRESSION_TYPE | EXTENDED_L2;
    /** Compatible bit 0: refcount updates may be postponed. */
    public static final long LAZY_REFCOUNTS = 1;
    /** Autoclear bit 0: the bitmaps extension is consistent. */
    public static final long BITMAPS = 1;
    /** Autoclear bit 1: the external data file is a raw image of its own. */
    public static final long RAW_DATA_FILE = 1 << 1;

    /** The bits that a header has. Most have none, and share it. */
    static Features of(long incompatible, long compatible, long autoclear) {
        return (incompatible | compatible | autoclear) == 0 ? NONE
                : new Features(incompatible, compatible, autoclear);
    }

    /**
     * Tells whether an incompatible feature is set.
     *
     * @param bit one of the incompatible bits
     * @return true where it is set
     */
    public boolean hasIncompatible(long bit) {
        return (incompatible & bit) != 0;
    }

    /**
     * Tells whether refcount updates may be postponed.
     *
     * @return compatible bit 0
     */
    public boolean lazyRefcounts() {
        return (compatible & LAZY_REFCOUNTS) != 0;
    }

    /**
     * These features with another incompatible mask.
     *
     * @param mask the new mask
     * @return new features
     */
    public Features withIncompatible(long mask) {
        return new Features(mask, compatible, autoclear);
    }

    /**
     * These features with another autoclear mask.
     *
     * @param mask the new mask
     * @return new features
     */
    public Features withAutoclear(long mask) {
        return new Features(incompatible, compatible, mask);
    }
}
