// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import dev.varve.drivers.qcow2.layout.BitmapDirectoryEntry;
import dev.varve.drivers.qcow2.layout.BitmapTableEntry;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the file holds of a bitmap.
 *
 * @param file the image's file
 * @param geometry its geometry
 * @param table the bitmap table
 */
record StoredBits(HostFile file, Geometry geometry, long[] table) {
    private static final int PIECE = 1 << 20;

    static StoredBits read(HostFile file, Geometry geometry, BitmapDirectoryEntry entry) throws IOException {
        long[] table = new long[(int) entry.tableSize()];
        for (int at = 0; at < table.length;) {
            int entries = Math.min(table.length - at, PIECE / Long.BYTES);
            ByteBuffer piece = ByteBuffer.allocate(entries * Long.BYTES);
            file.readTable("bitmap table", entry.tableOffset() + (long) at * Long.BYTES, piece);
            piece.flip().asLongBuffer().get(table, at, entries);
            at += entries;
        }
        for (long bits : table) {
            BitmapTableEntry.parse(bits, geometry);
        }
        return new StoredBits(file, geometry, table);
    }

    /** Tells whether a cluster of the bitmap has bits that are set, as far as its table tells. */
    boolean mayHold(int cluster) {
        return cluster < table.length && table[cluster] != 0;
    }

    /** Where the data of a cluster of the bitmap lies; 0 for nowhere. */
    long offset(int cluster) {
        return table[cluster] & BitmapTableEntry.OFFSET_MASK;
    }

    /** Reads a cluster of the bitmap. */
    void read(int cluster, byte[] dst) throws IOException {
        if (!mayHold(cluster)) {
            Arrays.fill(dst, (byte) 0);
        } else if (offset(cluster) == 0) {
            Arrays.fill(dst, (byte) 0xff);
        } else {
            file.readPadded("bitmap data", offset(cluster), ByteBuffer.wrap(dst));
        }
    }
}
