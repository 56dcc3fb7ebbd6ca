// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the header of an image: one short read where it is as short as most headers. */
public final class HeaderReader {
    private static final int USUAL_BYTES = 4096;

    private HeaderReader() {
    }

    /**
     * Reads and checks the header.
     *
     * @param file the image's storage
     * @return the header
     * @throws IOException as {@link Header#parse}, or if the storage failed
     */
    public static Header read(BlockChild file) throws IOException {
        return read(file, false);
    }

    /**
     * Reads the header of an image that is checked or mended.
     *
     * @param file the image's storage
     * @return the header; refcount table and snapshot table may be anywhere
     * @throws IOException as {@link #read}
     */
    public static Header readForRepair(BlockChild file) throws IOException {
        return read(file, true);
    }

    private static Header read(BlockChild file, boolean repair) throws IOException {
        long fileSize = file.size();
        ByteBuffer head = readHead(file, (int) Math.min(fileSize, USUAL_BYTES));
        int whole = (int) Math.min(fileSize, clusterSize(head));
        if (whole > head.limit() && endOfHeader(head) > head.limit()) {
            head = readHead(file, whole);
        }
        return Header.parse(head, fileSize, repair);
    }

    private static ByteBuffer readHead(BlockChild file, int bytes) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(bytes);
        file.read(0, head, RequestFlags.NONE);
        return head.clear();
    }

    private static long clusterSize(ByteBuffer head) {
        int bits = head.limit() >= Header.V2_BYTES ? head.getInt(20) : 0;
        return bits > Geometry.MIN_CLUSTER_BITS && bits <= Geometry.MAX_CLUSTER_BITS ? 1L << bits : 0;
    }

    /** Follows the lengths only; what is wrong with them is found by {@link Header#parse}. */
    private static long endOfHeader(ByteBuffer head) {
        if (head.getLong(8) != 0) {
            return head.getLong(8) + BackingName.MAX_BYTES;
        }
        long position = head.getInt(4) < 3 ? Header.V2_BYTES : Integer.toUnsignedLong(head.getInt(100));
        while (position + 2 * Integer.BYTES <= head.limit()) {
            if (head.getInt((int) position) == HeaderExtension.END) {
                return position + 2 * Integer.BYTES;
            }
            position += 2 * Integer.BYTES
                    + (Integer.toUnsignedLong(head.getInt((int) position + Integer.BYTES)) + 7 & ~7L);
        }
        return Long.MAX_VALUE;
    }
}
