// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The header: the first sector of an image, little-endian (QEMU's {@code VdiHeader}). What is refused is what QEMU
 * refuses, and what would let a later step leave the image or misread it.
 *
 * @param type {@link #DYNAMIC} or {@link #STATIC}
 * @param mapOffset where the block map begins, a multiple of 512 behind the header
 * @param dataOffset where block 0 begins, a multiple of 512 behind the map
 * @param size the virtual size in bytes, a multiple of 512
 * @param blocks how many entries the map has; they cover the size
 * @param allocated how many blocks are said to be in use, and so the number of the next one; not to be relied on
 */
record VdiHeader(int type, long mapOffset, long dataOffset, long size, long blocks, long allocated) {
    /** Blocks are added as they are written. */
    static final int DYNAMIC = 1;
    /** All blocks were there from the beginning. */
    static final int STATIC = 2;
    static final int SECTOR = 512;
    static final int BLOCK = 1 << 20;
    /** How large a map QEMU takes: one that fits an {@code int} with a sector to spare. */
    static final long MAX_BLOCKS = ((1L << 31) - SECTOR) / Integer.BYTES;
    static final long MAX_SIZE = MAX_BLOCKS * BLOCK;

    private static final String TEXT = "<<< QEMU VM Virtual Disk Image >>>\n";
    private static final int SIGNATURE = 0xbeda107f;
    private static final int VERSION = 0x00010001;
    private static final int HEADER_SIZE = 0x180;

    private static final int AT_SIGNATURE = 0x40;
    private static final int AT_VERSION = 0x44;
    private static final int AT_HEADER_SIZE = 0x48;
    private static final int AT_TYPE = 0x4c;
    private static final int AT_MAP_OFFSET = 0x154;
    private static final int AT_DATA_OFFSET = 0x158;
    private static final int AT_SECTOR_SIZE = 0x168;
    private static final int AT_SIZE = 0x170;
    private static final int AT_BLOCK_SIZE = 0x178;
    private static final int AT_BLOCK_EXTRA = 0x17c;
    private static final int AT_BLOCKS = 0x180;
    private static final int AT_ALLOCATED = 0x184;
    private static final int AT_UUID_IMAGE = 0x188;
    private static final int AT_UUID_LAST_SNAPSHOT = 0x198;
    private static final int AT_UUID_LINK = 0x1a8;
    private static final int AT_UUID_PARENT = 0x1b8;

    /** The header of a new image. */
    static VdiHeader ofNew(long diskSize, boolean fixed) throws BlockException {
        checkSize(diskSize);
        long size = Math.ceilDiv(diskSize, SECTOR) * SECTOR;
        long blocks = Math.ceilDiv(size, BLOCK);
        long mapBytes = Math.ceilDiv(blocks * Integer.BYTES, SECTOR) * SECTOR;
        return new VdiHeader(fixed ? STATIC : DYNAMIC, SECTOR, SECTOR + mapBytes, size, blocks, fixed ? blocks : 0);
    }

    /** Tells whether an image begins like one of this format. */
    static boolean isVdi(ByteBuffer head) {
        return head.remaining() >= SECTOR
                && head.order(ByteOrder.LITTLE_ENDIAN).getInt(head.position() + AT_SIGNATURE) == SIGNATURE;
    }

    /**
     * Reads a header.
     *
     * @param sector the first sector
     * @param fileSize the bytes of the file
     * @throws BlockException of kind CORRUPT or UNSUPPORTED
     */
    static VdiHeader parse(ByteBuffer sector, long fileSize) throws BlockException {
        ByteBuffer bytes = sector.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(AT_SIGNATURE) != SIGNATURE) {
            throw BlockException.corrupt("Image not in VDI format (bad signature %08x)".formatted(
                    bytes.getInt(AT_SIGNATURE)));
        }
        checkFixed(bytes);
        long size = bytes.getLong(AT_SIZE);
        checkSize(size);
        VdiHeader header = new VdiHeader(bytes.getInt(AT_TYPE), unsigned(bytes, AT_MAP_OFFSET),
                unsigned(bytes, AT_DATA_OFFSET), Math.ceilDiv(size, SECTOR) * SECTOR, unsigned(bytes, AT_BLOCKS),
                unsigned(bytes, AT_ALLOCATED));
        header.checkLayout(fileSize);
        return header;
    }

    /** The fields that have one value in every image that can be read. */
    private static void checkFixed(ByteBuffer bytes) throws BlockException {
        int version = bytes.getInt(AT_VERSION);
        if (version != VERSION) {
            throw unsupported("version " + (version >>> 16) + "." + (version & 0xffff));
        }
        int type = bytes.getInt(AT_TYPE);
        if (type != DYNAMIC && type != STATIC) {
            throw unsupported("image type " + Integer.toUnsignedString(type) + " is not 1 (dynamic) or 2 (static)");
        }
        checkEqual("sector size", unsigned(bytes, AT_SECTOR_SIZE), SECTOR);
        checkEqual("block size", unsigned(bytes, AT_BLOCK_SIZE), BLOCK);
        checkEqual("extra bytes of a block", unsigned(bytes, AT_BLOCK_EXTRA), 0);
        checkNull(bytes, AT_UUID_LINK, "link");
        checkNull(bytes, AT_UUID_PARENT, "parent");
    }

    private static void checkEqual(String field, long value, long allowed) throws BlockException {
        if (value != allowed) {
            throw unsupported(field + " " + value + " is not " + allowed);
        }
    }

    private static void checkNull(ByteBuffer bytes, int at, String which) throws BlockException {
        if (bytes.getLong(at) != 0 || bytes.getLong(at + Long.BYTES) != 0) {
            throw unsupported("non-NULL " + which + " UUID");
        }
    }

    private static void checkSize(long size) throws BlockException {
        if (size < 0 || size > MAX_SIZE) {
            throw BlockException.unsupported("Unsupported VDI image size (size is 0x" + Long.toHexString(size)
                    + ", max supported is 0x" + Long.toHexString(MAX_SIZE) + ")");
        }
    }

    private void checkLayout(long fileSize) throws BlockException {
        if (mapOffset % SECTOR != 0) {
            throw unsupported("unaligned block map offset 0x" + Long.toHexString(mapOffset));
        }
        if (dataOffset % SECTOR != 0) {
            throw unsupported("unaligned data offset 0x" + Long.toHexString(dataOffset));
        }
        if (blocks > MAX_BLOCKS) {
            throw unsupported("too many blocks " + blocks + ", max is " + MAX_BLOCKS);
        }
        if (size > blocks * BLOCK) {
            throw unsupported("disk size " + size + ", image bitmap has room for " + blocks * BLOCK);
        }
        if (mapOffset < SECTOR || mapOffset + blocks * Integer.BYTES > fileSize) {
            throw BlockException.corrupt("the block map of " + blocks + " entries at 0x" + Long.toHexString(mapOffset)
                    + " does not lie between the header and the end of the file at 0x" + Long.toHexString(fileSize));
        }
        if (dataOffset < mapOffset + blocks * Integer.BYTES) {
            throw BlockException.corrupt("the data offset 0x" + Long.toHexString(dataOffset)
                    + " lies inside or before the block map, which ends at 0x"
                    + Long.toHexString(mapOffset + blocks * Integer.BYTES));
        }
    }

    private static BlockException unsupported(String what) {
        return BlockException.unsupported("unsupported VDI image (" + what + ")");
    }

    private static long unsigned(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    /** How many entries the map may grow to before it meets the first block. */
    long room() {
        return Math.min(MAX_BLOCKS, (dataOffset - mapOffset) / Integer.BYTES);
    }

    /** The sector of a new image, with UUIDs of its own. */
    ByteBuffer encodeNew() {
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        sector.put(0, TEXT.getBytes(StandardCharsets.US_ASCII));
        sector.putInt(AT_SIGNATURE, SIGNATURE);
        sector.putInt(AT_VERSION, VERSION);
        sector.putInt(AT_HEADER_SIZE, HEADER_SIZE);
        sector.putInt(AT_SECTOR_SIZE, SECTOR);
        sector.putInt(AT_BLOCK_SIZE, BLOCK);
        for (int at : new int[] {AT_UUID_IMAGE, AT_UUID_LAST_SNAPSHOT}) {
            UUID uuid = UUID.randomUUID();
            sector.putLong(at, uuid.getLeastSignificantBits());
            sector.putLong(at + Long.BYTES, uuid.getMostSignificantBits());
        }
        putInto(sector);
        return sector;
    }

    /** Changes the fields that are kept here; the text, the UUIDs and the geometry stay as somebody wrote them. */
    void putInto(ByteBuffer sector) {
        ByteBuffer bytes = sector.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(AT_TYPE, type);
        bytes.putInt(AT_MAP_OFFSET, (int) mapOffset);
        bytes.putInt(AT_DATA_OFFSET, (int) dataOffset);
        bytes.putLong(AT_SIZE, size);
        bytes.putInt(AT_BLOCKS, (int) blocks);
        bytes.putInt(AT_ALLOCATED, (int) allocated);
    }

    VdiHeader withAllocated(long count) {
        return new VdiHeader(type, mapOffset, dataOffset, size, blocks, count);
    }

    VdiHeader withSize(long newSize, long newBlocks) {
        return new VdiHeader(type, mapOffset, dataOffset, newSize, newBlocks, allocated);
    }
}
