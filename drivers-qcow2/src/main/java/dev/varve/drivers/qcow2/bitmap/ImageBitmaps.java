// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.BitmapStore;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.allocation.Metadata;
import dev.varve.drivers.qcow2.layout.BitmapDirectoryEntry;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The persistent dirty bitmaps of an open image. Where it is open for writing, they are in use from then on until
 * {@link #store}: changes are kept in memory, and the file says that it does not hold them.
 */
public final class ImageBitmaps implements BitmapStore {
    private static final long SECTOR_MASK = 511;
    private static final int MIN_DEFAULT_BITS = 12;
    private static final int MAX_DEFAULT_BITS = 16;
    /** QEMU's {@code BME_MAX_PHYS_SIZE}. */
    private static final long MAX_BYTES = 0x2000_0000;

    private final HostFile file;
    private final HeaderStore headers;
    private final Geometry geometry;
    private final @Nullable Metadata metadata;
    /** Changed by what runs alone; the list itself never changes. */
    private volatile List<LiveBitmap> live = List.of();
    /** The enabled ones; null where there are none, which is what writes look at. */
    private volatile LiveBitmap @Nullable [] recording;

    /**
     * Of an image.
     *
     * @param file its file
     * @param headers its header
     * @param metadata null where it is open read-only
     */
    public ImageBitmaps(HostFile file, HeaderStore headers, @Nullable Metadata metadata) {
        this.file = file;
        this.headers = headers;
        this.geometry = headers.header().geometry();
        this.metadata = metadata;
    }

    /** What an image's file tells of its bitmaps. */
    public static List<BitmapInfo> list(HostFile file, Header header) throws IOException {
        return new ImageBitmaps(file, new HeaderStore(file, header), null).list();
    }

    private long diskSize() {
        return headers.header().size() & ~SECTOR_MASK;
    }

    private List<LiveBitmap> read() throws IOException {
        List<LiveBitmap> bitmaps = new ArrayList<>();
        for (BitmapDirectory.Entry entry : BitmapDirectory.read(file, headers.header())) {
            bitmaps.add(new LiveBitmap(entry.name(), entry.fixed(), diskSize()));
        }
        return bitmaps;
    }

    private List<LiveBitmap> bitmaps() throws IOException {
        return metadata == null ? read() : live;
    }

    private Metadata writable() throws IOException {
        if (metadata == null) {
            throw new BlockException(ErrorKind.READ_ONLY, "the image is open read-only");
        }
        metadata.checkUsable();
        return metadata;
    }

    /** Takes the bitmaps of an image that was opened for writing into use; writes nothing where there are none. */
    public void begin() throws IOException {
        List<LiveBitmap> found = read();
        if (found.stream().anyMatch(bitmap -> !bitmap.isInconsistent())) {
            Metadata open = writable();
            open.whileQuiet(() -> {
                new BitmapStorage(file, open).flag(found, true);
                return found;
            });
        }
        use(found);
    }

    private void use(List<LiveBitmap> bitmaps) {
        live = List.copyOf(bitmaps);
        LiveBitmap[] enabled = bitmaps.stream().filter(LiveBitmap::isEnabled).toArray(LiveBitmap[]::new);
        recording = enabled.length == 0 ? null : enabled;
    }

    /** Tells the enabled bitmaps that a range of the disk changes. For any thread. */
    public void record(long offset, long bytes) {
        LiveBitmap[] enabled = recording;
        if (enabled != null) {
            for (LiveBitmap bitmap : enabled) {
                bitmap.mark(offset, bytes);
            }
        }
    }

    /** Refuses where there are bitmaps that are not consistent (QEMU's {@code qcow2_truncate_bitmaps_check}). */
    public void checkResize() throws BlockException {
        for (LiveBitmap bitmap : live) {
            bitmap.checkUsable();
        }
    }

    /** The disk has another size. */
    public void resized() {
        for (LiveBitmap bitmap : live) {
            bitmap.resize(diskSize());
        }
    }

    /** Tells whether there are bitmaps, consistent or not. */
    public boolean exist() {
        return !live.isEmpty();
    }

    /** Stores what was changed and says that the file holds it. Before the image is closed. */
    public void store() throws IOException {
        List<LiveBitmap> all = live;
        if (all.stream().allMatch(LiveBitmap::isInconsistent)) {
            return;
        }
        Metadata open = writable();
        boolean changed = all.stream().anyMatch(LiveBitmap::isChanged);
        open.whileQuiet(() -> {
            BitmapStorage storage = new BitmapStorage(file, open);
            if (changed) {
                storage.store(all);
            } else {
                storage.flag(all, false);
            }
            return all;
        });
    }

    @Override
    public List<BitmapInfo> list() throws IOException {
        return bitmaps().stream().map(LiveBitmap::info).toList();
    }

    private static String stored(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private LiveBitmap find(String name) throws IOException {
        String wanted = stored(name);
        for (LiveBitmap bitmap : bitmaps()) {
            if (bitmap.name().equals(wanted)) {
                return bitmap;
            }
        }
        throw new BlockException(ErrorKind.NOT_FOUND, "Dirty bitmap '" + name + "' not found");
    }

    private LiveBitmap usable(String name) throws IOException {
        writable();
        LiveBitmap bitmap = find(name);
        bitmap.checkUsable();
        return bitmap;
    }

    @Override
    public void add(String name, long granularity, boolean enabled) throws IOException {
        writable();
        String stored = stored(name);
        if (stored.isEmpty()) {
            throw BlockException.invalidOption("Bitmap name cannot be empty");
        }
        int bits = granularity == 0 ? Math.clamp(geometry.clusterBits(), MIN_DEFAULT_BITS, MAX_DEFAULT_BITS)
                : granularityBits(granularity);
        if (live.stream().anyMatch(bitmap -> bitmap.name().equals(stored))) {
            throw BlockException.invalidOption("Bitmap already exists: " + name);
        }
        if (stored.length() > BitmapDirectoryEntry.MAX_NAME) {
            throw BlockException.invalidOption("Bitmap name too long: " + name);
        }
        checkRoom(name, stored, bits);
        List<LiveBitmap> more = new ArrayList<>(live);
        more.add(new LiveBitmap(stored, bits, enabled, diskSize()));
        use(more);
    }

    private static int granularityBits(long granularity) throws BlockException {
        int bits = Long.numberOfTrailingZeros(granularity);
        if (Long.bitCount(granularity) != 1 || bits < BitmapDirectoryEntry.MIN_GRANULARITY
                || bits > BitmapDirectoryEntry.MAX_GRANULARITY) {
            throw BlockException.invalidOption("Granularity must be power of 2 and at least 512");
        }
        return bits;
    }

    /** QEMU's {@code qcow2_co_can_store_new_dirty_bitmap}. */
    private void checkRoom(String name, String stored, int bits) throws BlockException {
        String problem = null;
        long directory = live.stream().mapToLong(bitmap -> entryBytes(bitmap.name())).sum() + entryBytes(stored);
        if (geometry.version() < 3) {
            problem = "Cannot store dirty bitmaps in qcow2 v2 files";
        } else if (BitmapSizes.tableEntries(diskSize(), 1L << bits, 1) > MAX_BYTES
                || BitmapSizes.tableEntries(diskSize(), 1L << bits, geometry.clusterSize())
                > BitmapDirectoryEntry.MAX_TABLE) {
            problem = "Too much space will be occupied by the bitmap. Use larger granularity";
        } else if (live.size() >= BitmapDirectoryEntry.MAX_BITMAPS) {
            problem = "Maximum number of persistent bitmaps is already reached";
        } else if (directory > BitmapDirectoryEntry.MAX_DIRECTORY_BYTES) {
            problem = "Not enough space in the bitmap directory";
        }
        if (problem != null) {
            throw BlockException.unsupported("Can't make bitmap '" + name + "' persistent: " + problem);
        }
    }

    private static long entryBytes(String stored) {
        return BitmapDirectoryEntry.of(0, 0, 0, 0, stored.length()).bytes();
    }

    @Override
    public void remove(String name) throws IOException {
        Metadata open = writable();
        LiveBitmap bitmap = find(name);
        List<LiveBitmap> fewer = new ArrayList<>(live);
        fewer.remove(bitmap);
        if (bitmap.stored() != null) {
            open.whileQuiet(() -> {
                new BitmapStorage(file, open).remove(bitmap, fewer);
                return fewer;
            });
        }
        use(fewer);
    }

    @Override
    public void clear(String name) throws IOException {
        usable(name).clear();
    }

    @Override
    public void enable(String name, boolean enabled) throws IOException {
        usable(name).enable(enabled);
        use(live);
    }

    @Override
    public void merge(String name, BitmapContent source) throws IOException {
        LiveBitmap target = usable(name);
        if (source.size() != diskSize()) {
            throw BlockException.invalidOption("Bitmaps are of different sizes (destination size is " + diskSize()
                    + ", source size is " + source.size() + ") and can't be merged");
        }
        long end = source.size();
        for (long at = source.next(0, true); at < end;) {
            long stop = source.next(at, false);
            target.mark(at, stop - at);
            at = source.next(stop, true);
        }
    }

    @Override
    public BitmapContent content(String name) throws IOException {
        return find(name).load(file, geometry);
    }
}
