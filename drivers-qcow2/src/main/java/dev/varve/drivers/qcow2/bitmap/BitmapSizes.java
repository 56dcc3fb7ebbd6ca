// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import dev.varve.api.block.BitmapInfo;
import dev.varve.drivers.qcow2.layout.BitmapDirectoryEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How much room bitmaps take. */
public final class BitmapSizes {
    private BitmapSizes() {
    }

    /**
     * What a new image needs for the bitmaps of another one, all of their clusters allocated (QEMU's
     * {@code qcow2_get_persistent_dirty_bitmap_size}).
     *
     * @param bitmaps of the source; those in use are not copied
     * @param size the disk's size in bytes
     * @param clusterSize of the new image
     * @return bytes
     */
    public static long needed(List<BitmapInfo> bitmaps, long size, int clusterSize) {
        long bytes = 0;
        long directory = 0;
        for (BitmapInfo bitmap : bitmaps) {
            if (!bitmap.inUse()) {
                long clusters = tableEntries(size, bitmap.granularity(), clusterSize);
                bytes += clusters * clusterSize + roundUp(clusters * Long.BYTES, clusterSize);
                int name = bitmap.name().getBytes(StandardCharsets.UTF_8).length;
                directory += BitmapDirectoryEntry.of(0, 0, 0, 0, name).bytes();
            }
        }
        return bytes + roundUp(directory, clusterSize);
    }

    /** How many clusters hold a bitmap. */
    static long tableEntries(long size, long granularity, int clusterSize) {
        long bits = ceil(size, granularity);
        return ceil(ceil(bits, Byte.SIZE), clusterSize);
    }

    private static long ceil(long value, long unit) {
        return value / unit + (value % unit == 0 ? 0 : 1);
    }

    private static long roundUp(long value, long unit) {
        return ceil(value, unit) * unit;
    }
}
