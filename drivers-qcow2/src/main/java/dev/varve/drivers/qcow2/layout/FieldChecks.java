// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/** Bounds of numbers that come from an image. Each failure names the field, the value and what is allowed. */
public final class FieldChecks {
    /** Host offsets are below this: 56 bits (QEMU's limit for what L1 and L2 entries can hold). */
    public static final long MAX_HOST_OFFSET = 1L << 56;

    private FieldChecks() {
    }

    /**
     * Checks that a number lies in a range.
     *
     * @param field its name
     * @param value taken as unsigned
     * @param min the smallest value allowed, at least 0
     * @param max the largest value allowed, at least 0
     * @throws BlockException of kind CORRUPT
     */
    public static void range(String field, long value, long min, long max) throws BlockException {
        if (value < min || value > max) {
            throw BlockException.corrupt(field + " is " + Long.toUnsignedString(value) + ", allowed is " + min + " to "
                    + max);
        }
    }

    /**
     * Checks that bits are clear.
     *
     * @param what whose bits they are
     * @param bits the word
     * @param reserved the bits that must be 0
     * @throws BlockException of kind CORRUPT
     */
    public static void reserved(String what, long bits, long reserved) throws BlockException {
        if ((bits & reserved) != 0) {
            throw BlockException.corrupt(what + " " + Hex.of(bits) + " has reserved bits set: "
                    + Hex.of(bits & reserved)
                    + ", allowed are " + Hex.of(~reserved));
        }
    }

    /**
     * Checks that a structure begins at a cluster and ends inside the file.
     *
     * @param what the structure
     * @param offset where it begins
     * @param bytes its length, at least 0 and less than 2^56
     * @param geometry the image's geometry
     * @param fileSize the size of the file
     * @throws BlockException of kind CORRUPT
     */
    public static void place(String what, long offset, long bytes, Geometry geometry, long fileSize)
            throws BlockException {
        aligned(what, offset, geometry);
        range(what + " offset", offset, geometry.clusterSize(), MAX_HOST_OFFSET - geometry.clusterSize());
        if (bytes > fileSize || offset > fileSize - bytes) {
            throw BlockException.corrupt(what + " at " + Hex.of(offset) + " with " + bytes
                    + " bytes ends beyond the end of the file, which has " + fileSize + " bytes");
        }
    }

    /**
     * Checks that an offset is a multiple of the cluster size.
     *
     * @param what the structure at the offset
     * @param offset a host offset
     * @param geometry the image's geometry
     * @throws BlockException of kind CORRUPT
     */
    public static void aligned(String what, long offset, Geometry geometry) throws BlockException {
        if (geometry.offsetInCluster(offset) != 0) {
            throw BlockException.corrupt(what + " offset " + Hex.of(offset)
                    + " is not a multiple of the cluster size " + geometry.clusterSize());
        }
    }
}
