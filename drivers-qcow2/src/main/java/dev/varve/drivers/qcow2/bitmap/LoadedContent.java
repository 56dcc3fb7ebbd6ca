// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import dev.varve.api.spi.BitmapStore;

/**
 * What a bitmap marked at some moment. Never changes.
 *
 * @param bits not changed by anybody any more
 * @param granularityBits the logarithm of what one stands for
 * @param size what they cover in bytes
 */
record LoadedContent(SparseBits bits, int granularityBits, long size) implements BitmapStore.BitmapContent {
    @Override
    public long granularity() {
        return 1L << granularityBits;
    }

    @Override
    public long next(long offset, boolean marked) {
        if (offset >= size) {
            return size;
        }
        long last = (size - 1 >>> granularityBits) + 1;
        long first = offset >>> granularityBits;
        long found = bits.next(first, last, marked);
        if (found == last) {
            return size;
        }
        return found == first ? offset : found << granularityBits;
    }
}
