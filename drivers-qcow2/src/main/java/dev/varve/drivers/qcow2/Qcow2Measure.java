// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.Preallocation;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How large a new image would be (QEMU's {@code qcow2_measure}, {@code qcow2_calc_prealloc_size},
 * {@code qcow2_refcount_metadata_size}).
 *
 * @param geometry of the new image
 * @param l2EntryBytes 8, or 16 with extended L2 entries
 * @param payload bytes before the guest's data for an encryption header, 0 for none
 */
record Qcow2Measure(Geometry geometry, int l2EntryBytes, long payload) {
    private static final int SECTOR = 512;
    private static final int DIRECTORY_ENTRY_BYTES = 24;

    /**
     * The sizes.
     *
     * @param wanted the virtual size that was asked for, without a source
     * @param preallocation of the new image
     * @param hasBacking whether the new image has a backing file
     * @param source the disk to be copied
     */
    Measurement measure(long wanted, Preallocation preallocation, boolean hasBacking, Optional<BlockChild> source)
            throws IOException {
        long rounded = roundUp(wanted, SECTOR);
        long tables = ceil(rounded / geometry.clusterSize(), geometry.clusterSize() / l2EntryBytes);
        if (rounded < wanted || tables > Tables.MAX_L1_ENTRIES) {
            throw new BlockException(ErrorKind.NO_SPACE,
                    "The image size is too large (try using a larger cluster size)");
        }
        long size = roundUp(source.isPresent() ? source.get().size() : rounded, geometry.clusterSize());
        long required = 0;
        if (source.isPresent()) {
            required = hasBacking ? size : dataIn(source.get());
        }
        if (preallocation == Preallocation.FULL || preallocation == Preallocation.FALLOC) {
            required = size;
        }
        long full = payload + fullSize(size);
        return new Measurement(full - size + required, full, bitmaps(source));
    }

    private static long roundUp(long bytes, long unit) {
        return ceil(bytes, unit) * unit;
    }

    private static long ceil(long bytes, long unit) {
        return bytes / unit + (bytes % unit == 0 ? 0 : 1);
    }

    private long dataIn(BlockChild disk) throws IOException {
        long data = 0;
        long size = disk.size();
        for (long offset = 0; offset < size;) {
            Extent extent = disk.extent(offset, size - offset);
            long end = offset + extent.bytes();
            if (!extent.readsAsZeroes() && extent.allocated()) {
                end = roundUp(end, geometry.clusterSize());
                data += geometry.offsetInCluster(offset) + end - offset;
            }
            offset = end;
        }
        return data;
    }

    private long fullSize(long size) {
        long cluster = geometry.clusterSize();
        long entries = roundUp(size / cluster, cluster / l2EntryBytes);
        long l1Entries = roundUp(entries * l2EntryBytes / cluster, cluster / Long.BYTES);
        long tables = cluster + entries * l2EntryBytes + l1Entries * Long.BYTES;
        return tables + refcounts((tables + size) / cluster) + size;
    }

    private long refcounts(long clusters) {
        long table = 0;
        long blocks = 0;
        long total = 0;
        long last;
        do {
            last = total;
            blocks = ceil(clusters + table + blocks, geometry.refcountBlockEntries());
            table = ceil(blocks, geometry.clusterSize() / Long.BYTES);
            total = clusters + blocks + table;
        } while (total != last);
        return (blocks + table) * geometry.clusterSize();
    }

    private OptionalLong bitmaps(Optional<BlockChild> source) throws IOException {
        if (source.isEmpty() || geometry.version() < 3) {
            return OptionalLong.empty();
        }
        List<BitmapInfo> found;
        try {
            found = source.get().operations().bitmaps().list();
        } catch (BlockException e) {
            if (e.kind() == ErrorKind.UNSUPPORTED) {
                return OptionalLong.empty();
            }
            throw e;
        }
        long bytes = 0;
        long directory = 0;
        for (BitmapInfo bitmap : found) {
            if (!bitmap.inUse()) {
                long bits = ceil(source.get().size(), bitmap.granularity());
                long clusters = geometry.clustersFor(ceil(bits, Byte.SIZE));
                bytes += geometry.offsetOf(clusters) + roundUp(clusters * Long.BYTES, geometry.clusterSize());
                int name = bitmap.name().getBytes(StandardCharsets.UTF_8).length;
                directory += roundUp(DIRECTORY_ENTRY_BYTES + name, Long.BYTES);
            }
        }
        return OptionalLong.of(bytes + roundUp(directory, geometry.clusterSize()));
    }
}
