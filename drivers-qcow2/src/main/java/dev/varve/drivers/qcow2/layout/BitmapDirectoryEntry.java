// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;

/**
 * The fixed part of a bitmap directory entry (specification: Bitmap directory). Extra data and name follow it, padded
 * to a multiple of 8 bytes.
 *
 * @param tableOffset where the bitmap table begins, in bytes
 * @param tableSize how many entries that has, unsigned 32 bits
 * @param flags in use (bit 0), auto (bit 1), extra data compatible (bit 2)
 * @param type 1: dirty tracking bitmap
 * @param granularityBits the logarithm of how many bytes a bit stands for
 * @param nameSize the length of the name in bytes, 0 to 65535
 * @param extraDataSize the length of the extra data in bytes, unsigned 32 bits
 */
public record BitmapDirectoryEntry(long tableOffset, long tableSize, int flags, int type, int granularityBits,
        int nameSize, long extraDataSize) {
    /** The length of the fixed part in bytes. */
    public static final int FIXED_BYTES = 24;

    /** Flag 0: not saved correctly. */
    public static final int IN_USE = 1;
    /** Flag 1: records writes. */
    public static final int AUTO = 2;
    /** The longest name in bytes (QEMU's {@code BME_MAX_NAME_SIZE}). */
    public static final int MAX_NAME = 1023;
    /** The logarithm of the smallest granularity. */
    public static final int MIN_GRANULARITY = 9;
    /** The logarithm of the largest granularity. */
    public static final int MAX_GRANULARITY = 31;
    /** The most entries of a bitmap table (QEMU's {@code BME_MAX_TABLE_SIZE}). */
    public static final long MAX_TABLE = 0x800_0000;
    /** The most bitmaps of an image (QEMU's {@code QCOW2_MAX_BITMAPS}). */
    public static final int MAX_BITMAPS = 65_535;
    /** The longest directory in bytes (QEMU's {@code QCOW2_MAX_BITMAP_DIRECTORY_SIZE}). */
    public static final int MAX_DIRECTORY_BYTES = MAX_BITMAPS * 1024;

    private static final long UNSIGNED = 0xffff_ffffL;
    private static final int KNOWN_FLAGS = 7;
    private static final int DIRTY_TRACKING = 1;

    /**
     * Reads the fixed part.
     *
     * @param src {@value #FIXED_BYTES} bytes or more from its position on; not changed
     * @param geometry the image's geometry
     * @return the entry
     * @throws BlockException of kind CORRUPT that names the field, its value and what is allowed
     */
    public static BitmapDirectoryEntry parse(ByteBuffer src, Geometry geometry) throws BlockException {
        int at = src.position();
        BitmapDirectoryEntry entry = new BitmapDirectoryEntry(src.getLong(at), src.getInt(at + 8) & UNSIGNED,
                src.getInt(at + 12), src.get(at + 16) & 0xff, src.get(at + 17) & 0xff, src.getShort(at + 18) & 0xffff,
                src.getInt(at + 20) & UNSIGNED);
        entry.check(geometry);
        return entry;
    }

    /**
     * How many bytes of the disk a bit stands for.
     *
     * @return 512 to 2 GiB
     */
    public long granularity() {
        return 1L << granularityBits;
    }

    /**
     * Tells whether the bitmap was not saved correctly, so that its content and size may be outdated.
     *
     * @return flag 0
     */
    public boolean isInUse() {
        return (flags & IN_USE) != 0;
    }

    /**
     * Tells whether the bitmap records writes.
     *
     * @return flag 1
     */
    public boolean isAuto() {
        return (flags & AUTO) != 0;
    }

    /**
     * An entry of a dirty tracking bitmap.
     *
     * @param tableOffset where its table begins
     * @param tableSize how many entries that has
     * @param flags its flags
     * @param granularityBits the logarithm of its granularity
     * @param nameSize the length of its name in bytes
     * @return without extra data
     */
    public static BitmapDirectoryEntry of(long tableOffset, long tableSize, int flags, int granularityBits,
            int nameSize) {
        return new BitmapDirectoryEntry(tableOffset, tableSize, flags, DIRTY_TRACKING, granularityBits, nameSize, 0);
    }

    /**
     * This entry with other flags.
     *
     * @param newFlags flags 0 to 2
     * @return a new entry
     */
    public BitmapDirectoryEntry withFlags(int newFlags) {
        return new BitmapDirectoryEntry(tableOffset, tableSize, newFlags, type, granularityBits, nameSize,
                extraDataSize);
    }

    /**
     * Writes the fixed part.
     *
     * @param target receives {@value #FIXED_BYTES} bytes from its position
     */
    public void encode(ByteBuffer target) {
        target.putLong(tableOffset).putInt((int) tableSize).putInt(flags).put((byte) type).put((byte) granularityBits);
        target.putShort((short) nameSize).putInt((int) extraDataSize);
    }

    /**
     * The length of the whole entry.
     *
     * @return bytes with extra data, name and padding: a multiple of 8
     */
    public long bytes() {
        return (FIXED_BYTES + extraDataSize + nameSize + 7) & ~7L;
    }

    private void check(Geometry geometry) throws BlockException {
        FieldChecks.aligned("bitmap table", tableOffset, geometry);
        FieldChecks.range("bitmap table offset", tableOffset, 1, FieldChecks.MAX_HOST_OFFSET - geometry.clusterSize());
        FieldChecks.range("bitmap table size", tableSize, 1, MAX_TABLE);
        FieldChecks.reserved("bitmap flags", flags & UNSIGNED, UNSIGNED & ~KNOWN_FLAGS);
        FieldChecks.range("bitmap type", type, DIRTY_TRACKING, DIRTY_TRACKING);
        FieldChecks.range("bitmap granularity bits", granularityBits, MIN_GRANULARITY, MAX_GRANULARITY);
        FieldChecks.range("bitmap name length", nameSize, 1, MAX_NAME);
        FieldChecks.range("bitmap extra data length", extraDataSize, 0, 0);
    }
}
