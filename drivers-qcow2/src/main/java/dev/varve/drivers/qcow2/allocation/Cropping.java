// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L1Entry;
import java.io.IOException;

/**
 * Shrinks an image (QEMU's {@code qcow2_co_truncate}, {@code qcow2_shrink_l1_table}, {@code qcow2_shrink_reftable}).
 *
 * <p>Order: the clusters behind the new end leave the mapping, then their L2 tables the L1 table; when that is durable
 * the header's size changes, and only then clusters are free, refcount blocks without refcounts leave the refcount
 * table, and the file becomes shorter. A failure on the way leaves the old size, with zeroes at its end.
 */
final class Cropping {
    private final Metadata metadata;
    private final Geometry geometry;
    private final ZeroWriter zeroes;

    Cropping(Metadata metadata, ZeroWriter zeroes) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.zeroes = zeroes;
    }

    /** Changes the size. Outside the gate and the lock. */
    void crop(long oldSize, long size) throws IOException {
        long begin = geometry.offsetOf(geometry.clustersFor(size));
        zeroes.crop(begin, geometry.offsetOf(geometry.clustersFor(oldSize)));
        metadata.whileQuiet(() -> {
            dropTables(size);
            metadata.writeBack();
            metadata.file.event(DebugEvent.L1_SHRINK_FREE_L2_CLUSTERS);
            updateHeader(size);
            return size;
        });
        metadata.whileQuiet(() -> {
            dropBlocks();
            shortenFile();
            return size;
        });
    }

    private void dropTables(long size) throws IOException {
        metadata.map.forget(metadata.headers.header().tables());
        metadata.file.event(DebugEvent.L1_SHRINK_WRITE_TABLE);
        int last = metadata.map.l1().entries();
        int first = (int) geometry.l1EntriesFor(size);
        for (long index = first; index < last; index++) {
            index += metadata.map.l1().unusedRun(index, last - index);
            if (index < last) {
                long table = metadata.map.l1().bits(index) & L1Entry.OFFSET_MASK;
                metadata.map.l1().set(index, L1Entry.UNUSED);
                if (table != 0) {
                    metadata.frees.add(table, geometry.clusterSize(), PendingFrees.Reason.OTHER);
                }
            }
        }
    }

    private void updateHeader(long size) throws IOException {
        try {
            metadata.headers.update(metadata.headers.header().withSize(size));
        } catch (IOException e) {
            metadata.poison.set(e);
            throw e;
        }
    }

    /** Blocks that count nothing but themselves. */
    private void dropBlocks() throws IOException {
        Refcounts refcounts = metadata.refcounts();
        for (int index = 0; index < refcounts.tableEntries(); index++) {
            if (refcounts.hasBlock(index)) {
                dropBlock(refcounts, index);
            }
        }
        metadata.writeBack();
    }

    private void dropBlock(Refcounts refcounts, int index) throws IOException {
        long cluster = geometry.clusterOf(refcounts.blockOffset(index));
        long first = (long) index << geometry.refcountBlockBits();
        long end = first + geometry.refcountBlockEntries();
        long firstUsed = refcounts.nextUsed(first, end);
        boolean own = firstUsed == cluster && refcounts.count(cluster) == 1
                && refcounts.nextUsed(cluster + 1, end) == end;
        if (firstUsed != end && !own) {
            return;
        }
        if (!refcounts.hasBlock(geometry.refcountTableIndex(cluster))) {
            throw metadata.file.corruption().fatal("Refblock at " + Hex.alternate(geometry.offsetOf(cluster))
                    + " is not covered by the refcount structures");
        }
        try {
            refcounts.removeBlock(index);
            refcounts.write();
            metadata.file.child().flush();
            if (!own) {
                metadata.allocator().releaseOne(cluster);
            }
            metadata.allocator().reset();
        } catch (IOException e) {
            metadata.poison.set(e);
            throw e;
        }
    }

    private void shortenFile() throws IOException {
        long clusters = geometry.clustersFor(metadata.file.size());
        long last = metadata.refcounts().lastUsed(clusters - 1);
        if (last + 1 < clusters) {
            try {
                metadata.file.child().truncate(geometry.offsetOf(last + 1), Preallocation.OFF, RequestFlags.NONE);
                metadata.file.size();
            } catch (BlockException e) {
                // Whoever keeps its size keeps it: what is behind the end is free.
                return;
            }
            metadata.allocator().reset();
        }
    }
}
