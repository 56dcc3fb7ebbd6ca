// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/**
 * An entry of an L2 table ("L2 table entry"), of an extended one its first half: {@link L2Bitmap} is the other.
 *
 * @param bits the word
 */
public record L2Entry(long bits) {
    /** Bit 0 of a standard descriptor: reads as zeroes. Always 0 in version 2. */
    public static final long ZERO = 1;
    /** Bits 9 to 55 of a standard descriptor: where the host cluster begins. */
    public static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;
    /** Bit 62: a compressed descriptor. */
    public static final long COMPRESSED = 1L << 62;
    /** Bit 63: a standard cluster whose refcount is exactly one. */
    public static final long COPIED = 1L << 63;
    /** Bits of a standard descriptor that are 0. */
    public static final long RESERVED_MASK = 0x3f00_0000_0000_01feL;
    /** Bits 0 to 61: the compressed descriptor, whose parts depend on the cluster size. */
    public static final long DESCRIPTOR_MASK = COMPRESSED - 1;
    /**
     * In memory only: the host cluster begins at offset 0, which an external data file can have. In the file that is
     * offset 0 with {@link #COPIED}. One of the reserved bits.
     */
    public static final long AT_ZERO = 1 << 1;
    /** Nothing here. */
    public static final L2Entry UNALLOCATED = new L2Entry(0);
    /** Zeroes without a host cluster. */
    public static final L2Entry ZERO_PLAIN = new L2Entry(ZERO);

    private static final int SECTOR_BITS = 9;

    /**
     * An entry found in an image.
     *
     * @param bits the word
     * @param geometry the image's geometry
     * @return checked
     * @throws BlockException of kind CORRUPT if reserved bits are set, the offset is not that of a cluster, or
     *         version 2 has a zero cluster
     */
    public static L2Entry parse(long bits, Geometry geometry) throws BlockException {
        L2Entry entry = new L2Entry(bits);
        if ((bits & COMPRESSED) != 0) {
            FieldChecks.reserved("compressed L2 entry", bits, COPIED);
            FieldChecks.range("compressed cluster offset", entry.compressedOffset(geometry), 0,
                    FieldChecks.MAX_HOST_OFFSET - 1);
            return entry;
        }
        FieldChecks.reserved("L2 entry", bits, RESERVED_MASK);
        if (geometry.version() < 3) {
            FieldChecks.reserved("L2 entry of a version 2 image", bits, ZERO);
        }
        FieldChecks.aligned("data cluster", bits & OFFSET_MASK, geometry);
        return entry;
    }

    /**
     * The bits that {@link #parse} refuses in a standard descriptor, for a check that costs one AND.
     *
     * @param geometry the image's geometry
     * @return a mask
     */
    public static long refusedBits(Geometry geometry) {
        long misaligned = OFFSET_MASK & geometry.clusterSize() - 1;
        return RESERVED_MASK | misaligned | (geometry.version() < 3 ? ZERO : 0);
    }

    /**
     * The entry for a host cluster that belongs to this guest cluster alone.
     *
     * @param hostOffset where it begins
     * @return with {@link #COPIED}
     */
    public static L2Entry copied(long hostOffset) {
        return new L2Entry(hostOffset | COPIED);
    }

    /**
     * A word as {@link #kindOf} understands it.
     *
     * @param bits a standard or compressed descriptor of the file
     * @param geometry the image's geometry
     * @return with {@link #AT_ZERO} where it applies; without {@link #ZERO} where a bitmap tells of zeroes
     */
    public static long inMemory(long bits, Geometry geometry) {
        if ((bits & COMPRESSED) != 0) {
            return bits;
        }
        boolean atZero = geometry.dataFile() && (bits & (OFFSET_MASK | COPIED)) == COPIED
                && (geometry.extendedL2() || (bits & ZERO) == 0);
        // The bit is a reserved one of the file: what is there must not be taken for ours.
        long word = geometry.extendedL2() ? bits & ~ZERO : bits;
        return word & ~AT_ZERO | (atZero ? AT_ZERO : 0);
    }

    /**
     * What a word says of its cluster.
     *
     * @param bits the word of an entry
     * @return its kind
     */
    public static ClusterKind kindOf(long bits) {
        if ((bits & COMPRESSED) != 0) {
            return ClusterKind.COMPRESSED;
        }
        boolean host = (bits & (OFFSET_MASK | AT_ZERO)) != 0;
        if ((bits & ZERO) != 0) {
            return host ? ClusterKind.ZERO_ALLOCATED : ClusterKind.ZERO_PLAIN;
        }
        return host ? ClusterKind.NORMAL : ClusterKind.UNALLOCATED;
    }

    /**
     * What the entry says of its cluster.
     *
     * @return its kind
     */
    public ClusterKind kind() {
        return kindOf(bits);
    }

    /**
     * Where the host cluster of a standard descriptor begins.
     *
     * @return host offset in bytes, 0 for none
     */
    public long hostOffset() {
        return bits & OFFSET_MASK;
    }

    /**
     * Tells whether the host cluster may be written in place.
     *
     * @return true where its refcount is exactly one
     */
    public boolean isCopied() {
        return (bits & COPIED) != 0;
    }

    /**
     * Where the data of a compressed cluster begins, in no way aligned.
     *
     * @param geometry the image's geometry
     * @return host offset in bytes
     */
    public long compressedOffset(Geometry geometry) {
        return bits & (1L << sectorCountShift(geometry)) - 1;
    }

    /**
     * The most that the data of a compressed cluster takes: up to the end of its last sector.
     *
     * @param geometry the image's geometry
     * @return bytes, at least 1
     */
    public long compressedBytes(Geometry geometry) {
        long additional = (bits & DESCRIPTOR_MASK) >>> sectorCountShift(geometry);
        long inFirst = compressedOffset(geometry) & (1 << SECTOR_BITS) - 1;
        return (additional + 1 << SECTOR_BITS) - inFirst;
    }

    /**
     * The entry for a compressed cluster. Never with {@link #COPIED}.
     *
     * @param hostOffset where the data begins
     * @param bytes how many there are, at least 1 and less than a cluster
     * @param geometry the image's geometry
     * @return the entry
     */
    public static L2Entry compressed(long hostOffset, int bytes, Geometry geometry) {
        long additional = (hostOffset + bytes - 1 >>> SECTOR_BITS) - (hostOffset >>> SECTOR_BITS);
        return new L2Entry(COMPRESSED | additional << sectorCountShift(geometry) | hostOffset);
    }

    private static int sectorCountShift(Geometry geometry) {
        return 62 - (geometry.clusterBits() - 8);
    }
}
