// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps guest data and metadata from overwriting metadata of another kind where refcounts or L2 entries are wrong
 * (QEMU's {@code qcow2_pre_write_overlap_check}). Tables that were found in the image are watched; those that are made
 * later need no watch, as their refcounts are our own.
 */
final class OverlapCheck {
    private final OverlapSettings settings;
    private final Geometry geometry;
    private final HeaderStore headers;
    private final HostFile file;
    private volatile @Nullable WatchedTables watched;

    OverlapCheck(OverlapSettings settings, Geometry geometry, HeaderStore headers, HostFile file) {
        this.settings = settings;
        this.geometry = geometry;
        this.headers = headers;
        this.file = file;
    }

    /** Whether the tables of the image have been looked for. */
    boolean isReady() {
        return watched != null || !WatchedTables.isWanted(settings);
    }

    /** Notes where the image's tables are, before the first write. Under the metadata lock. */
    void watch(L1Table l1, Refcounts refcounts) throws IOException {
        if (!isReady()) {
            watched = WatchedTables.find(settings, headers.header(), file, l1, refcounts);
        }
    }

    /** Forgets where tables were, because others take their places. Under the metadata lock. */
    void forget() {
        watched = null;
    }

    /** Before guest data is written. Any thread. */
    void checkDataWrite(long offset, long bytes) throws IOException {
        check(offset, bytes, EnumSet.noneOf(MetadataKind.class));
    }

    /** Before clusters with refcount 0 are taken. Under the metadata lock. */
    void checkAllocation(long offset, long bytes) throws IOException {
        checkDataWrite(offset, bytes);
    }

    /** Before a structure is written in its own place. */
    void checkOwn(MetadataKind own, long offset, long bytes) throws IOException {
        check(offset, bytes, EnumSet.of(own));
    }

    private void check(long offset, long bytes, Set<MetadataKind> ignored) throws IOException {
        for (MetadataKind kind : settings.kinds()) {
            if (!ignored.contains(kind) && overlaps(kind, offset, bytes)) {
                throw file.corruption().fatal("Preventing invalid write on metadata (overlaps with " + kind.text()
                        + ")");
            }
        }
        WatchedTables found = watched;
        if (found != null) {
            MetadataKind hit = found.hit(offset, bytes, ignored);
            if (hit != null) {
                throw file.corruption().fatal("Preventing invalid write on metadata (overlaps with " + hit.text()
                        + ")");
            }
        }
    }

    private boolean overlaps(MetadataKind kind, long offset, long bytes) {
        Tables tables = headers.header().tables();
        return switch (kind) {
            case MAIN_HEADER -> overlap(offset, bytes, 0, geometry.clusterSize());
            case ACTIVE_L1 -> overlap(offset, bytes, tables.l1Offset(), tables.l1Bytes());
            case REFCOUNT_TABLE -> overlap(offset, bytes, tables.refcountTableOffset(),
                    tables.refcountTableBytes(geometry));
            case SNAPSHOT_TABLE -> overlap(offset, bytes, tables.snapshotsOffset(),
                    tables.snapshotCount() == 0 ? 0 : 1);
            case BITMAP_DIRECTORY -> overlapsBitmaps(offset, bytes);
            case ACTIVE_L2, REFCOUNT_BLOCK, INACTIVE_L1, INACTIVE_L2 -> false;
        };
    }

    private boolean overlapsBitmaps(long offset, long bytes) {
        if ((headers.header().features().autoclear() & Features.BITMAPS) == 0) {
            return false;
        }
        for (HeaderExtension extension : headers.header().extensions()) {
            if (extension instanceof HeaderExtension.Bitmaps bitmaps
                    && overlap(offset, bytes, bitmaps.directoryOffset(), bitmaps.directoryBytes())) {
                return true;
            }
        }
        return false;
    }

    /** A cluster became free: it may be taken for something else. Under the metadata lock. */
    void released(long offset) {
        WatchedTables found = watched;
        if (found != null) {
            found.release(offset);
        }
    }

    private static boolean overlap(long offset, long bytes, long begin, long length) {
        return length > 0 && offset < begin + length && begin < offset + bytes;
    }
}
