// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

/**
 * Which layer answers for a range of the disk, as {@code BlockBackend.extents} tells it.
 *
 * @param offset where it begins, in bytes
 * @param bytes its length
 * @param depth the layer's number from the top, 0 for the active layer; {@link #NOBODY} where no layer holds the range
 */
public record OwnedRange(long offset, long bytes, int depth) {
    /** The depth of what no layer holds. */
    public static final int NOBODY = -1;

    /**
     * The end of the range.
     *
     * @return the first offset behind it
     */
    public long end() {
        return offset + bytes;
    }
}
