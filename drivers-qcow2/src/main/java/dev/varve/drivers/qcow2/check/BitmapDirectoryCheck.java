// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.BitmapDirectoryEntry;
import dev.varve.drivers.qcow2.layout.BitmapTableEntry;
import dev.varve.drivers.qcow2.layout.FieldChecks;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks the directory and the tables of the stored bitmaps and tells what they occupy (QEMU's
 * {@code qcow2_check_bitmaps_refcounts}).
 */
final class BitmapDirectoryCheck {
    private static final long MAX_BITMAPS = 65_535;
    private static final long MAX_DIRECTORY_BYTES = MAX_BITMAPS * 1024;
    private static final int SECTOR = 512;
    private static final int PIECE = 64 << 10;
    private static final String READER = "qcow2_check_bitmaps_refcounts";

    private final ImageBytes bytes;
    private final Geometry geometry;
    private final Occupied occupied;
    private final Findings findings;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);

    BitmapDirectoryCheck(ImageBytes bytes, Geometry geometry, Occupied occupied, Findings findings) {
        this.bytes = bytes;
        this.geometry = geometry;
        this.occupied = occupied;
        this.findings = findings;
    }

    /** Learns of each range of the file that the bitmaps occupy. */
    @FunctionalInterface
    interface Occupied {
        void range(long offset, long bytes) throws CheckStopped;
    }

    /**
     * Follows the directory.
     *
     * @param extension where it is
     * @param size the virtual size in bytes
     */
    void follow(HeaderExtension.Bitmaps extension, long size) throws CheckStopped, IOException {
        check(extension);
        long bitmaps = extension.count();
        long offset = extension.directoryOffset();
        long end = extension.directoryBytes();
        occupied.range(offset, end);
        TableWindow window = new TableWindow(bytes, READER);
        long at = 0;
        for (long i = 0; i < bitmaps; i++) {
            if (end - at < BitmapDirectoryEntry.FIXED_BYTES) {
                throw stopped(entry(i) + "the bitmap directory of " + end + " bytes ends before it");
            }
            BitmapDirectoryEntry entry = parse(window.at(offset + at, BitmapDirectoryEntry.FIXED_BYTES), i);
            at += entry.bytes();
            if (at > end) {
                throw stopped(entry(i) + "it ends at " + at + " in a bitmap directory of " + end + " bytes");
            }
            checkTableSize(entry, i, size);
            followTable(entry, i);
        }
        if (at != end) {
            throw stopped(entry(bitmaps - 1) + "it ends at " + at + " in a bitmap directory of " + end + " bytes");
        }
    }

    private void check(HeaderExtension.Bitmaps extension) throws CheckStopped {
        try {
            FieldChecks.range("nb_bitmaps", Integer.toUnsignedLong(extension.count()), 1, MAX_BITMAPS);
            FieldChecks.range("reserved field of the bitmaps extension", Integer.toUnsignedLong(extension.reserved()),
                    0, 0);
            FieldChecks.range("bitmap_directory_size", extension.directoryBytes(), 1, MAX_DIRECTORY_BYTES);
            FieldChecks.aligned("bitmap directory", extension.directoryOffset(), geometry);
            FieldChecks.range("bitmap directory offset", extension.directoryOffset(), geometry.clusterSize(),
                    FieldChecks.MAX_HOST_OFFSET - geometry.clusterSize());
        } catch (BlockException e) {
            throw stopped(e.problem());
        }
    }

    private BitmapDirectoryEntry parse(ByteBuffer src, long bitmap) throws CheckStopped {
        try {
            return BitmapDirectoryEntry.parse(src, geometry);
        } catch (BlockException e) {
            throw stopped(entry(bitmap) + e.problem());
        }
    }

    private static String entry(long bitmap) {
        return "bitmap directory entry " + bitmap + ": ";
    }

    private CheckStopped stopped(String problem) {
        findings.corruption("ERROR " + problem);
        return new CheckStopped("ERROR: the clusters of the bitmaps cannot be counted");
    }

    /** An inconsistent bitmap may be one of another size. */
    private void checkTableSize(BitmapDirectoryEntry entry, long bitmap, long size) {
        long disk = size / SECTOR * SECTOR;
        long bits = (disk >>> entry.granularityBits()) + ((disk & entry.granularity() - 1) == 0 ? 0 : 1);
        long needed = geometry.clustersFor((bits + 7) >>> 3);
        if (!entry.isInUse() && entry.tableSize() != needed) {
            findings.corruption("ERROR " + entry(bitmap) + "bitmap table size is " + entry.tableSize()
                    + ", allowed is " + needed);
        }
    }

    private void followTable(BitmapDirectoryEntry entry, long bitmap) throws CheckStopped, IOException {
        long size = entry.tableSize() * Long.BYTES;
        bytes.claim(size);
        occupied.range(entry.tableOffset(), size);
        long end = Math.min(size, bytes.size() - entry.tableOffset());
        for (long done = 0; done < end; done += PIECE) {
            piece.clear().limit((int) Math.min(PIECE, size - done));
            if (bytes.read(entry.tableOffset() + done, piece, READER)) {
                for (int at = 0; at < piece.limit(); at += Long.BYTES) {
                    followEntry(piece.getLong(at), bitmap);
                }
            }
        }
    }

    private void followEntry(long bits, long bitmap) throws CheckStopped {
        try {
            long offset = BitmapTableEntry.parse(bits, geometry).offset();
            if (offset != 0) {
                occupied.range(offset, geometry.clusterSize());
            }
        } catch (BlockException e) {
            findings.corruption("ERROR bitmap " + bitmap + ": " + e.problem());
        }
    }
}
