// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.Extent;
import dev.varve.api.block.Extent.Content;

/**
 * A line of a map (QEMU's {@code MapEntry}).
 *
 * @param start where it begins in the disk
 * @param length its bytes
 * @param depth the layer's number from the top
 * @param present whether a layer holds it
 * @param zero whether it reads as zeroes
 * @param data whether storage is behind it
 * @param offset where it lies in storage, or {@link #NOWHERE}
 * @param file the storage's name, or empty
 */
record MapEntry(long start, long length, int depth, boolean present, boolean zero, boolean data, long offset,
        String file) {
    /** No place in storage. */
    static final long NOWHERE = -1;

    /** The entry of an empty range. */
    static MapEntry nothing(long start) {
        return new MapEntry(start, 0, 0, false, false, false, NOWHERE, "");
    }

    static MapEntry of(Extent extent, String file) {
        boolean data = extent.content() != Content.ZERO;
        long offset = extent.location().isPresent() ? extent.location().get().offset() : NOWHERE;
        return new MapEntry(extent.offset(), extent.bytes(), extent.depth(), extent.allocated(),
                extent.readsAsZeroes(), data, offset, file);
    }

    boolean hasOffset() {
        return offset != NOWHERE;
    }

    /** True where both are told as one (QEMU's {@code entry_mergeable}). */
    boolean continuedBy(MapEntry next) {
        return depth == next.depth && present == next.present && zero == next.zero && data == next.data
                && hasOffset() == next.hasOffset() && (!hasOffset() || offset + length == next.offset)
                && file.equals(next.file);
    }

    /** Zeroes that follow in storage, which ends there. */
    MapEntry zeroesBehind(long bytes) {
        return new MapEntry(start + length, bytes, depth, present, true, false,
                hasOffset() ? offset + length : NOWHERE, file);
    }

    MapEntry joinedWith(MapEntry next) {
        return new MapEntry(start, length + next.length, depth, present, zero, data, offset, file);
    }
}
