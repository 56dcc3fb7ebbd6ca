// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

/** The text of a finding, made of up to three numbers: a constant, so that a finding nobody lists costs nothing. */
@FunctionalInterface
interface FindingText {
    FindingText BEYOND_END = (offset, size, unused) ->
            "ERROR: counting reference for region exceeding the end of the file by one cluster or more: offset 0x"
                    + hex(offset) + " size 0x" + hex(size);
    FindingText OVERFLOW = (offset, unused, unused2) -> "ERROR: overflow cluster offset=0x" + hex(offset)
            + "\nUse qemu-img amend to increase the refcount entry width or qemu-img convert to create a clean copy if "
            + "the image cannot be opened for writing";
    FindingText L1_RESERVED = (bits, unused, unused2) -> "ERROR found L1 entry with reserved bits set: " + hex(bits);
    FindingText L1_MISALIGNED = (offset, unused, unused2) -> "ERROR l2_offset=" + hex(offset)
            + ": Table is not cluster aligned; L1 entry corrupted";
    FindingText L2_RESERVED = (bits, unused, unused2) -> "ERROR found l2 entry with reserved bits set: " + hex(bits);
    FindingText DATA_MISALIGNED = (offset, unused, unused2) -> "ERROR offset=" + hex(offset)
            + ": Data cluster is not properly aligned; L2 entry corrupted.";
    FindingText PREALLOCATED_MISALIGNED = (offset, unused, unused2) -> "ERROR offset=" + hex(offset)
            + ": Preallocated cluster is not properly aligned; L2 entry corrupted.";
    FindingText BITMAP_CORRUPT = (offset, unused, unused2) -> "ERROR offset=" + hex(offset)
            + ": Allocated cluster has corrupted subcluster allocation bitmap";
    FindingText BITMAP_UNALLOCATED = (unused, unused2, unused3) ->
            "ERROR: Unallocated cluster has non-zero subcluster allocation map";
    FindingText COMPRESSED_BITMAP = (index, bits, unused) -> "ERROR compressed cluster " + index
            + " with non-zero subcluster allocation bitmap, entry=0x" + hex(bits);
    FindingText COMPRESSED_WITH_DATA_FILE = (index, bits, unused) -> "ERROR compressed cluster " + index
            + " with data file, entry=0x" + hex(bits);
    FindingText COMPRESSED_COPIED = (offset, unused, unused2) -> "ERROR: coffset=0x" + hex(offset)
            + ": copied flag must never be set for compressed clusters";
    FindingText COPIED_L2_TABLE = (index, bits, refcount) -> "ERROR OFLAG_COPIED L2 cluster: l1_index=" + index
            + " l1_entry=" + hex(bits) + " refcount=" + Long.toUnsignedString(refcount);
    FindingText COPIED_DATA = (bits, refcount, unused) -> "ERROR OFLAG_COPIED data cluster: l2_entry=" + hex(bits)
            + " refcount=" + Long.toUnsignedString(refcount);
    FindingText BLOCK_RESERVED = (index, unused, unused2) -> "ERROR refcount table entry " + index
            + " has reserved bits set";
    FindingText BLOCK_MISALIGNED = (index, unused, unused2) -> "ERROR refcount block " + index
            + " is not cluster aligned; refcount table entry corrupted";
    FindingText BLOCK_OUTSIDE = (index, unused, unused2) -> "ERROR refcount block " + index + " is outside image";
    FindingText BLOCK_SHARED = (index, count, unused) -> "ERROR refcount block " + index + " refcount=" + count;
    FindingText TOO_LOW = (cluster, refcount, count) -> "ERROR " + counts(cluster, refcount, count);
    FindingText LEAKED = (cluster, refcount, count) -> "Leaked " + counts(cluster, refcount, count);
    FindingText UNREADABLE = (cluster, unused, unused2) -> "Can't get refcount for cluster " + cluster
            + ": Input/output error";
    FindingText INCOMPLETE_SNAPSHOT = (index, unused, unused2) -> "ERROR snapshot table entry " + index
            + " is incomplete";

    String of(long first, long second, long third);

    private static String hex(long value) {
        return Long.toHexString(value);
    }

    private static String counts(long cluster, long refcount, long count) {
        return "cluster " + cluster + " refcount=" + Long.toUnsignedString(refcount) + " reference=" + count;
    }
}
