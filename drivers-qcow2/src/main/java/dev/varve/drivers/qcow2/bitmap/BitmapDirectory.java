// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.drivers.qcow2.layout.BitmapDirectoryEntry;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.FieldChecks;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The directory of the bitmaps of an image. */
final class BitmapDirectory {
    /**
     * A bitmap in it.
     *
     * @param fixed the fixed part of its entry
     * @param name one character a byte
     */
    record Entry(BitmapDirectoryEntry fixed, String name) {
        void encode(ByteBuffer target) {
            int end = target.position() + (int) fixed.bytes();
            fixed.encode(target);
            target.put(name.getBytes(StandardCharsets.ISO_8859_1));
            target.put(new byte[end - target.position()]);
        }
    }

    private BitmapDirectory() {
    }

    /** Where it is; empty where the image has no bitmaps that can be trusted to be ones. */
    static Optional<HeaderExtension.Bitmaps> place(Header header) {
        if ((header.features().autoclear() & Features.BITMAPS) == 0) {
            return Optional.empty();
        }
        return header.extensions().stream().filter(HeaderExtension.Bitmaps.class::isInstance)
                .map(HeaderExtension.Bitmaps.class::cast).findFirst();
    }

    static List<Entry> read(HostFile file, Header header) throws IOException {
        Optional<HeaderExtension.Bitmaps> place = place(header);
        List<Entry> entries = new ArrayList<>();
        if (place.isEmpty()) {
            return entries;
        }
        long bytes = place.get().directoryBytes();
        FieldChecks.range("bitmap_directory_size", bytes, 1, BitmapDirectoryEntry.MAX_DIRECTORY_BYTES);
        ByteBuffer directory = ByteBuffer.allocate((int) bytes);
        file.readTable("bitmap directory", place.get().directoryOffset(), directory);
        directory.flip();
        for (int i = 0; i < place.get().count(); i++) {
            FieldChecks.range("bytes left for a bitmap directory entry", directory.remaining(),
                    BitmapDirectoryEntry.FIXED_BYTES, Integer.MAX_VALUE);
            BitmapDirectoryEntry fixed = BitmapDirectoryEntry.parse(directory, header.geometry());
            FieldChecks.range("bytes of a bitmap directory entry", fixed.bytes(), 1, directory.remaining());
            byte[] name = new byte[fixed.nameSize()];
            directory.get(directory.position() + BitmapDirectoryEntry.FIXED_BYTES + (int) fixed.extraDataSize(), name);
            directory.position(directory.position() + (int) fixed.bytes());
            entries.add(new Entry(fixed, new String(name, StandardCharsets.ISO_8859_1)));
        }
        return entries;
    }

    /** The directory as it is stored. */
    static ByteBuffer encode(List<Entry> entries) throws BlockException {
        long bytes = entries.stream().mapToLong(entry -> entry.fixed.bytes()).sum();
        if (bytes > BitmapDirectoryEntry.MAX_DIRECTORY_BYTES) {
            throw new BlockException(ErrorKind.NO_SPACE, "the bitmap directory would have " + bytes
                    + " bytes, allowed are " + BitmapDirectoryEntry.MAX_DIRECTORY_BYTES);
        }
        ByteBuffer directory = ByteBuffer.allocate((int) bytes);
        entries.forEach(entry -> entry.encode(directory));
        return directory.flip();
    }

    /** The extensions of a header with a directory somewhere else, or without one. */
    static List<HeaderExtension> extensions(Header header, Optional<HeaderExtension.Bitmaps> place) {
        List<HeaderExtension> extensions = new ArrayList<>();
        boolean placed = place.isEmpty();
        int behindNames = 0;
        for (HeaderExtension extension : header.extensions()) {
            if (!(extension instanceof HeaderExtension.Bitmaps)) {
                extensions.add(extension);
            } else if (!placed) {
                extensions.add(place.get());
                placed = true;
            }
            if (!(extension instanceof HeaderExtension.Unknown)) {
                behindNames = extensions.size();
            }
        }
        if (!placed) {
            extensions.add(behindNames, place.get());
        }
        return extensions;
    }
}
