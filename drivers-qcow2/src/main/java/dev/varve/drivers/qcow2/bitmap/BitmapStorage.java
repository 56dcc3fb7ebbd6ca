// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import dev.varve.drivers.qcow2.allocation.Metadata;
import dev.varve.drivers.qcow2.allocation.TableSpace;
import dev.varve.drivers.qcow2.layout.BitmapDirectoryEntry;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderArea;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts bitmaps into the file (QEMU's {@code qcow2_store_persistent_dirty_bitmaps}). Everything is done inside
 * {@link Metadata#whileQuiet}.
 *
 * <p>Order: data, tables and directory go to clusters that were free and are durable before the header names the
 * directory; what the old one named is freed afterwards. Where nothing but flags changes, the directory is written in
 * place: it is good with any mixture of old and new flags.
 */
final class BitmapStorage {
    private final HostFile file;
    private final Metadata metadata;
    private final TableSpace space;
    private final Geometry geometry;

    /** A range of the file. */
    private record Range(long offset, long bytes) {}

    BitmapStorage(HostFile file, Metadata metadata) {
        this.file = file;
        this.metadata = metadata;
        this.space = new TableSpace(metadata);
        this.geometry = metadata.headers().header().geometry();
    }

    private Header header() {
        return metadata.headers().header();
    }

    /** Sets or clears the flag that tells of bitmaps which the file may not hold as they are. */
    void flag(List<LiveBitmap> bitmaps, boolean inUse) throws IOException {
        List<BitmapDirectory.Entry> entries = new ArrayList<>();
        boolean any = false;
        for (LiveBitmap bitmap : bitmaps) {
            BitmapDirectoryEntry entry = storedOf(bitmap);
            any |= !bitmap.isInconsistent();
            int flags = bitmap.isInconsistent() ? entry.flags() : flags(bitmap, inUse);
            entries.add(new BitmapDirectory.Entry(entry.withFlags(flags), bitmap.name()));
        }
        Optional<HeaderExtension.Bitmaps> place = BitmapDirectory.place(header());
        if (any && place.isPresent()) {
            space.settle();
            space.overwrite(place.get().directoryOffset(), BitmapDirectory.encode(entries));
            space.settle();
        }
    }

    private static int flags(LiveBitmap bitmap, boolean inUse) {
        return (bitmap.isEnabled() ? BitmapDirectoryEntry.AUTO : 0) | (inUse ? BitmapDirectoryEntry.IN_USE : 0);
    }

    private static BitmapDirectoryEntry storedOf(LiveBitmap bitmap) {
        BitmapDirectoryEntry entry = bitmap.stored();
        if (entry == null) {
            throw new IllegalStateException("the bitmap was never stored");
        }
        return entry;
    }

    /** Stores all bitmaps anew, as they are now. */
    void store(List<LiveBitmap> bitmaps) throws IOException {
        List<Range> taken = new ArrayList<>();
        List<Range> old = new ArrayList<>();
        List<BitmapDirectory.Entry> entries = new ArrayList<>();
        try {
            for (LiveBitmap bitmap : bitmaps) {
                BitmapDirectoryEntry entry = bitmap.isInconsistent() ? storedOf(bitmap) : write(bitmap, taken);
                entries.add(new BitmapDirectory.Entry(entry, bitmap.name()));
            }
            for (LiveBitmap bitmap : bitmaps) {
                if (!bitmap.isInconsistent()) {
                    addRanges(bitmap, old);
                }
            }
            switchTo(entries, taken, old);
        } catch (IOException e) {
            taken.forEach(range -> space.takeBack(range.offset, range.bytes));
            throw e;
        }
        for (int i = 0; i < entries.size(); i++) {
            if (!bitmaps.get(i).isInconsistent()) {
                bitmaps.get(i).stored(entries.get(i).fixed());
            }
        }
        free(old);
    }

    /** Removes a bitmap from the file; the others stay as they are there. */
    void remove(LiveBitmap removed, List<LiveBitmap> others) throws IOException {
        List<Range> taken = new ArrayList<>();
        List<Range> old = new ArrayList<>();
        List<BitmapDirectory.Entry> entries = new ArrayList<>();
        for (LiveBitmap bitmap : others) {
            BitmapDirectoryEntry entry = bitmap.stored();
            if (entry != null) {
                int flags = bitmap.isInconsistent() ? entry.flags() : flags(bitmap, true);
                entries.add(new BitmapDirectory.Entry(entry.withFlags(flags), bitmap.name()));
            }
        }
        addRanges(removed, old);
        try {
            switchTo(entries, taken, old);
        } catch (IOException e) {
            taken.forEach(range -> space.takeBack(range.offset, range.bytes));
            throw e;
        }
        free(old);
    }

    private void free(List<Range> ranges) throws IOException {
        for (Range range : ranges) {
            space.free(range.offset, range.bytes, false);
        }
    }

    private void switchTo(List<BitmapDirectory.Entry> entries, List<Range> taken, List<Range> old)
            throws IOException {
        BitmapDirectory.place(header())
                .ifPresent(place -> old.add(new Range(place.directoryOffset(), place.directoryBytes())));
        Optional<HeaderExtension.Bitmaps> place = Optional.empty();
        if (!entries.isEmpty()) {
            ByteBuffer directory = BitmapDirectory.encode(entries);
            int bytes = directory.remaining();
            long offset = space.store(directory);
            taken.add(new Range(offset, bytes));
            place = Optional.of(new HeaderExtension.Bitmaps(entries.size(), 0, bytes, offset));
        }
        Header changed = HeaderArea.withExtensions(header(), BitmapDirectory.extensions(header(), place));
        long autoclear = changed.features().autoclear();
        space.replace(changed.withFeatures(changed.features().withAutoclear(place.isPresent()
                ? autoclear | Features.BITMAPS : autoclear & ~Features.BITMAPS)));
    }

    private BitmapDirectoryEntry write(LiveBitmap bitmap, List<Range> taken) throws IOException {
        int clusters = bitmap.clusters(geometry);
        StoredBits base = bitmap.open(file, geometry);
        byte[] data = new byte[geometry.clusterSize()];
        ByteBuffer table = ByteBuffer.allocate(Math.max(1, clusters) * Long.BYTES);
        for (int i = 0; i < clusters; i++) {
            if (bitmap.content(base, i, data)) {
                long offset = space.store(ByteBuffer.wrap(data));
                taken.add(new Range(offset, data.length));
                table.putLong(i * Long.BYTES, offset);
            }
        }
        int entries = table.remaining() / Long.BYTES;
        long offset = space.store(table);
        taken.add(new Range(offset, (long) entries * Long.BYTES));
        return BitmapDirectoryEntry.of(offset, entries, flags(bitmap, false), bitmap.granularityBits(),
                bitmap.name().length());
    }

    /** What a bitmap occupies in the file. */
    private void addRanges(LiveBitmap bitmap, List<Range> ranges) throws IOException {
        @Nullable BitmapDirectoryEntry entry = bitmap.stored();
        if (entry == null) {
            return;
        }
        StoredBits bits = StoredBits.read(file, geometry, entry);
        for (int i = 0; i < bits.table().length; i++) {
            if (bits.offset(i) != 0) {
                ranges.add(new Range(bits.offset(i), geometry.clusterSize()));
            }
        }
        ranges.add(new Range(entry.tableOffset(), entry.tableSize() * Long.BYTES));
    }
}
