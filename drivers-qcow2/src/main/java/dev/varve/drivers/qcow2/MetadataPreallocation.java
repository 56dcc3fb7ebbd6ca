// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.Extent;
import dev.varve.api.spi.BlockStatus;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.RefcountTableEntry;
import dev.varve.drivers.qcow2.layout.RefcountWidth;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether an image's clusters were allocated without being written ({@code preallocation=metadata}), by
 * comparing what is counted as used with what the file occupies (QEMU's
 * {@code qcow2_detect_metadata_preallocation}). Only then it pays to ask the storage which data reads as zeroes.
 * Thread-safe; looks once.
 */
final class MetadataPreallocation {
    private final HostFile file;
    private final HeaderStore headers;
    private volatile @Nullable Boolean found;

    MetadataPreallocation(HostFile file, HeaderStore headers) {
        this.file = file;
        this.headers = headers;
    }

    /** The status of a run of data: shorter and known to be zero where the storage says so. */
    BlockStatus.Data status(long bytes, BlockStatus.Storage storage) throws IOException {
        if (!isThere()) {
            return new BlockStatus.Data(bytes, Optional.of(storage), false);
        }
        long inside = Math.min(bytes, file.size() - storage.offset());
        if (inside <= 0) {
            return new BlockStatus.Data(bytes, Optional.of(storage), true);
        }
        Extent below = file.child().extent(storage.offset(), inside);
        boolean zero = below.readsAsZeroes();
        long run = zero && below.bytes() == inside ? bytes : below.bytes();
        return new BlockStatus.Data(run, Optional.of(storage), zero);
    }

    private boolean isThere() {
        Boolean known = found;
        return known != null ? known : lookOnce();
    }

    private synchronized boolean lookOnce() {
        Boolean known = found;
        if (known == null) {
            known = look();
            found = known;
        }
        return known;
    }

    private boolean look() {
        Geometry geometry = headers.header().geometry();
        try {
            OptionalLong occupied = file.child().info().actualSize();
            if (occupied.isEmpty()) {
                return false;
            }
            long real = occupied.getAsLong() >>> geometry.clusterBits();
            long threshold = Math.max(real * 10 / 9, real + 2);
            return countUsed(geometry.clustersFor(file.size()), threshold) >= threshold;
        } catch (IOException e) {
            // Refcounts that cannot be read are the business of check and of writers; data is data without them.
            return false;
        }
    }

    /** How many of the first clusters have a refcount; stops at {@code enough}. */
    private long countUsed(long clusters, long enough) throws IOException {
        Geometry geometry = headers.header().geometry();
        Tables tables = headers.header().tables();
        ByteBuffer entry = ByteBuffer.allocate(Long.BYTES);
        long used = 0;
        long blocks = Math.min(geometry.offsetOf(tables.refcountTableClusters()) / Long.BYTES,
                geometry.refcountTableIndex(Math.max(0, clusters - 1)) + 1);
        for (long index = 0; index < blocks && used < enough; index++) {
            file.readTable("refcount table", tables.refcountTableOffset() + index * Long.BYTES, entry.clear());
            long offset = entry.getLong(0) & RefcountTableEntry.OFFSET_MASK;
            if (offset != 0) {
                long left = clusters - (index << geometry.refcountBlockBits());
                int entries = (int) Math.min(left, geometry.refcountBlockEntries());
                used += countInBlock(geometry.refcountWidth(), offset, entries);
            }
        }
        return used;
    }

    /** No more of the block is read than counts: an overlay of a long chain mostly has a few clusters. */
    private long countInBlock(RefcountWidth width, long offset, int entries) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Math.ceilDiv(entries * width.bits(), Byte.SIZE));
        file.readTable("refcount block", offset, block);
        long used = 0;
        for (int i = 0; i < entries; i++) {
            if (width.read(block, i) != 0) {
                used++;
            }
        }
        return used;
    }
}
