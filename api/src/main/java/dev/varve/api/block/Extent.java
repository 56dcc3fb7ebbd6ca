// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.Optional;

/**
 * A resolved range of a disk: which layer answers for it and with what. What {@code map}, {@code convert},
 * {@code isAllocated}, exports and jobs use (the shape of {@code qemu-img map}).
 *
 * @param offset where the range begins, in bytes of the disk
 * @param bytes its length, at least 1
 * @param content what the range holds
 * @param allocated true where the layer itself decides the content (QEMU's {@code present}); false for zeroes that
 *        come from no layer at all or from beyond the end of a backing file
 * @param depth the layer's number from the top, 0 for the active layer; filters do not count
 * @param node the layer
 * @param location where the bytes lie in storage; empty for encoded data and for zeroes without preallocation
 */
public record Extent(long offset, long bytes, Content content, boolean allocated, int depth, NodeName node,
        Optional<Location> location) {

    /** What an extent holds. */
    public enum Content {
        /** Bytes that lie in storage as they are. */
        DATA,
        /** Bytes that lie in storage and are known to read as zeroes. */
        ZERO_DATA,
        /** Zeroes that metadata states. */
        ZERO,
        /** Bytes that only the layer can decode: compressed or encrypted. */
        ENCODED
    }

    /**
     * A place in storage.
     *
     * @param node the protocol node
     * @param offset the position in it, in bytes
     */
    public record Location(NodeName node, long offset) {}

    /** Checks the length. */
    public Extent {
        if (offset < 0 || bytes < 1) {
            throw new IllegalArgumentException("extent of " + bytes + " bytes at " + offset);
        }
    }

    /**
     * Tells whether the range reads as zeroes for sure.
     *
     * @return true for ZERO and ZERO_DATA
     */
    public boolean readsAsZeroes() {
        return content == Content.ZERO || content == Content.ZERO_DATA;
    }

    /**
     * The end of the range.
     *
     * @return the first offset behind it
     */
    public long end() {
        return offset + bytes;
    }

    /**
     * Tells whether another extent continues this one in the disk, in the layer and in storage.
     *
     * @param next the extent that follows
     * @return true where both can be told as one
     */
    public boolean continuedBy(Extent next) {
        return end() == next.offset && content == next.content && allocated == next.allocated && depth == next.depth
                && node.equals(next.node) && locationContinues(next);
    }

    private boolean locationContinues(Extent next) {
        if (location.isEmpty() || next.location.isEmpty()) {
            return location.isEmpty() && next.location.isEmpty();
        }
        Location here = location.get();
        Location there = next.location.get();
        return here.node.equals(there.node) && here.offset + bytes == there.offset;
    }

    /**
     * This extent and the one that continues it.
     *
     * @param next an extent for which {@link #continuedBy} holds
     * @return both as one
     */
    public Extent joinedWith(Extent next) {
        return new Extent(offset, bytes + next.bytes, content, allocated, depth, node, location);
    }
}
