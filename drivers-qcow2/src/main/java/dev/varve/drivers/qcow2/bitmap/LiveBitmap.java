// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.drivers.qcow2.layout.BitmapDirectoryEntry;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A bitmap of an open image: what the file holds, and what was marked since. Marking does no I/O: what the file holds
 * is looked at when the bitmap is stored or asked for. Thread-safe.
 */
final class LiveBitmap {
    private final String name;
    private final int granularityBits;
    private final boolean inconsistent;
    private final SparseBits marked = new SparseBits();
    private @Nullable BitmapDirectoryEntry stored;
    private boolean enabled;
    /** What the file holds counts for the disk up to here. */
    private long storedSize;
    private long size;
    private boolean changed;

    /** One that the file has; {@code name} holds one character a byte. */
    LiveBitmap(String name, BitmapDirectoryEntry stored, long size) {
        this.name = name;
        this.granularityBits = stored.granularityBits();
        this.stored = stored;
        this.enabled = stored.isAuto();
        this.inconsistent = stored.isInUse();
        this.storedSize = size;
        this.size = size;
    }

    /** A new one without marks. */
    LiveBitmap(String name, int granularityBits, boolean enabled, long size) {
        this.name = name;
        this.granularityBits = granularityBits;
        this.enabled = enabled;
        this.inconsistent = false;
        this.size = size;
        this.changed = true;
    }

    String name() {
        return name;
    }

    synchronized @Nullable BitmapDirectoryEntry stored() {
        return stored;
    }

    int granularityBits() {
        return granularityBits;
    }

    boolean isInconsistent() {
        return inconsistent;
    }

    synchronized boolean isEnabled() {
        return enabled && !inconsistent;
    }

    /** Tells whether the file holds something else. */
    synchronized boolean isChanged() {
        return changed;
    }

    synchronized BitmapInfo info() {
        return new BitmapInfo(shownName(), 1L << granularityBits, enabled, inconsistent);
    }

    String shownName() {
        return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Refuses a bitmap that was not stored when it should have been. */
    void checkUsable() throws BlockException {
        if (inconsistent) {
            throw new BlockException(ErrorKind.CORRUPT, "Bitmap '" + shownName()
                    + "' is inconsistent and cannot be used\n"
                    + "Try block-dirty-bitmap-remove to delete this bitmap from disk");
        }
    }

    synchronized void enable(boolean on) {
        changed |= enabled != on;
        enabled = on;
    }

    /** Marks what a range of the disk touches. */
    synchronized void mark(long offset, long bytes) {
        long end = Math.min(offset + bytes, size);
        if (offset < end) {
            marked.set(offset >>> granularityBits, (end - 1 >>> granularityBits) + 1);
            changed = true;
        }
    }

    synchronized void clear() {
        marked.clear();
        storedSize = 0;
        changed = true;
    }

    /** The disk has another size: what is new is not marked, and what is gone is forgotten. */
    synchronized void resize(long newSize) {
        if (newSize < size) {
            marked.truncate(bits(newSize));
            storedSize = Math.min(storedSize, newSize);
        }
        changed |= newSize != size;
        size = newSize;
    }

    private long bits(long bytes) {
        return bytes == 0 ? 0 : (bytes - 1 >>> granularityBits) + 1;
    }

    /** How many clusters hold the bits. */
    synchronized int clusters(Geometry geometry) {
        return (int) geometry.clustersFor(bits(size) + 7 >>> 3);
    }

    /** What the file holds; null where nothing of it counts. */
    synchronized @Nullable StoredBits open(HostFile file, Geometry geometry) throws IOException {
        BitmapDirectoryEntry entry = stored;
        return entry == null || storedSize == 0 ? null : StoredBits.read(file, geometry, entry);
    }

    /** Puts a cluster of the bitmap as it is now; false where all of it is 0. */
    synchronized boolean content(@Nullable StoredBits base, int cluster, byte[] dst) throws IOException {
        long firstBit = (long) cluster * dst.length * Byte.SIZE;
        long end = firstBit + dst.length * (long) Byte.SIZE;
        boolean none = marked.next(firstBit, end, true) == end;
        boolean inFile = base != null && base.mayHold(cluster) && firstBit < bits(storedSize);
        if (none && !inFile) {
            return false;
        }
        Arrays.fill(dst, (byte) 0);
        if (base != null && inFile) {
            base.read(cluster, dst);
            cut(dst, bits(storedSize) - firstBit);
        }
        marked.addTo(dst, firstBit);
        for (byte each : dst) {
            if (each != 0) {
                return true;
            }
        }
        return false;
    }

    private static void cut(byte[] bytes, long bits) {
        if (bits >= bytes.length * (long) Byte.SIZE) {
            return;
        }
        int at = (int) (bits >>> 3);
        bytes[at] &= (byte) ((1 << (bits & 7)) - 1);
        Arrays.fill(bytes, at + 1, bytes.length, (byte) 0);
    }

    /** The file holds it as it is now. */
    synchronized void stored(BitmapDirectoryEntry entry) {
        stored = entry;
        storedSize = size;
        marked.clear();
        changed = false;
    }

    /** All of it in memory. */
    synchronized LoadedContent load(HostFile file, Geometry geometry) throws IOException {
        checkUsable();
        SparseBits bits = new SparseBits();
        StoredBits base = open(file, geometry);
        byte[] cluster = new byte[geometry.clusterSize()];
        int clusters = clusters(geometry);
        for (int i = 0; i < clusters; i++) {
            if (content(base, i, cluster)) {
                bits.addFrom(cluster, (long) i * cluster.length * Byte.SIZE, bits(size));
            }
        }
        return new LoadedContent(bits, granularityBits, size);
    }
}
