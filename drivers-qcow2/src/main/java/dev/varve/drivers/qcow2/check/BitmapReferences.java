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

/** Counts what the stored bitmaps occupy (QEMU's {@code qcow2_check_bitmaps_refcounts}). */
final class BitmapReferences {
    private static final long MAX_BITMAPS = 65_535;
    private static final long MAX_DIRECTORY_BYTES = MAX_BITMAPS * 1024;
    private static final int PIECE = 64 << 10;
    private static final String READER = "qcow2_check_bitmaps_refcounts";

    private final ImageBytes bytes;
    private final Geometry geometry;
    private final References references;
    private final Findings findings;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);

    BitmapReferences(ImageBytes bytes, Geometry geometry, References references, Findings findings) {
        this.bytes = bytes;
        this.geometry = geometry;
        this.references = references;
        this.findings = findings;
    }

    /**
     * Follows the directory.
     *
     * @param extension where it is
     */
    void follow(HeaderExtension.Bitmaps extension) throws CheckStopped, IOException {
        check(extension);
        long bitmaps = extension.count();
        long offset = extension.directoryOffset();
        long size = extension.directoryBytes();
        references.add(offset, size, 1);
        TableWindow window = new TableWindow(bytes, READER);
        long at = 0;
        for (long i = 0; i < bitmaps; i++) {
            if (size - at < BitmapDirectoryEntry.FIXED_BYTES) {
                throw stopped(entry(i) + "the bitmap directory of " + size + " bytes ends before it");
            }
            BitmapDirectoryEntry entry = parse(window.at(offset + at, BitmapDirectoryEntry.FIXED_BYTES), i);
            at += entry.bytes();
            if (at > size) {
                throw stopped(entry(i) + "it ends at " + at + " in a bitmap directory of " + size + " bytes");
            }
            followTable(entry, i);
        }
        if (at != size) {
            throw stopped(entry(bitmaps - 1) + "it ends at " + at + " in a bitmap directory of " + size + " bytes");
        }
    }

    private void check(HeaderExtension.Bitmaps extension) throws CheckStopped {
        try {
            FieldChecks.range("nb_bitmaps", Integer.toUnsignedLong(extension.count()), 1, MAX_BITMAPS);
            FieldChecks.range("reserved field of the bitmaps extension", Integer.toUnsignedLong(extension.reserved()),
                    0, 0);
            FieldChecks.range("bitmap_directory_size", extension.directoryBytes(), 1, MAX_DIRECTORY_BYTES);
            FieldChecks.aligned("bitmap directory", extension.directoryOffset(), geometry);
            FieldChecks.range("bitmap_directory_offset", extension.directoryOffset(), geometry.clusterSize(),
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

    private void followTable(BitmapDirectoryEntry entry, long bitmap) throws CheckStopped, IOException {
        long size = entry.tableSize() * Long.BYTES;
        bytes.claim(size);
        references.add(entry.tableOffset(), size, 1);
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
                references.add(offset, geometry.clusterSize(), 1);
            }
        } catch (BlockException e) {
            findings.corruption("ERROR bitmap " + bitmap + ": " + e.problem());
        }
    }
}
