// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import java.nio.ByteBuffer;

/**
 * Refcounts in a refcount block ("Refcount block entry"): whole bytes are big endian, parts of a byte begin at its
 * least significant bit. Values are unsigned.
 *
 * @param order the power of two of the width in bits, 0 to 6
 */
public record RefcountWidth(int order) {
    /** Checks the range. */
    public RefcountWidth {
        if (order < 0 || order > Geometry.MAX_REFCOUNT_ORDER) {
            throw new IllegalArgumentException("refcount_order " + order);
        }
    }

    /**
     * The width.
     *
     * @return 1 to 64
     */
    public int bits() {
        return 1 << order;
    }

    /**
     * The largest refcount.
     *
     * @return 2^bits - 1, unsigned
     */
    public long max() {
        return -1L >>> Long.SIZE - bits();
    }

    /**
     * Reads a refcount.
     *
     * @param block a big endian buffer that begins with refcount 0 at its index 0
     * @param index which refcount
     * @return unsigned
     */
    public long read(ByteBuffer block, int index) {
        return switch (order) {
            case 3 -> Byte.toUnsignedLong(block.get(index));
            case 4 -> Short.toUnsignedLong(block.getShort(index << 1));
            case 5 -> Integer.toUnsignedLong(block.getInt(index << 2));
            case 6 -> block.getLong(index << 3);
            default -> block.get(index >>> 3 - order) >>> shift(index) & max();
        };
    }

    /**
     * Writes a refcount.
     *
     * @param block a big endian buffer that begins with refcount 0 at its index 0
     * @param index which refcount
     * @param value unsigned, at most {@link #max}
     */
    public void write(ByteBuffer block, int index, long value) {
        if (Long.compareUnsigned(value, max()) > 0) {
            throw new IllegalArgumentException("refcount " + Long.toUnsignedString(value) + " does not fit into "
                    + bits() + " bits");
        }
        switch (order) {
            case 3 -> block.put(index, (byte) value);
            case 4 -> block.putShort(index << 1, (short) value);
            case 5 -> block.putInt(index << 2, (int) value);
            case 6 -> block.putLong(index << 3, value);
            default -> {
                int position = index >>> 3 - order;
                int kept = block.get(position) & ~((int) max() << shift(index));
                block.put(position, (byte) (kept | (int) value << shift(index)));
            }
        }
    }

    private int shift(int index) {
        return (index & (1 << 3 - order) - 1) << order;
    }
}
