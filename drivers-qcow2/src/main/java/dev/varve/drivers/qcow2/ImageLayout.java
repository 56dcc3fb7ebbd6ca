// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.RequestGate;
import dev.varve.drivers.qcow2.allocation.Backing;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.allocation.OverlapLevel;
import dev.varve.drivers.qcow2.allocation.Resizer;
import dev.varve.drivers.qcow2.allocation.WriteSettings;
import dev.varve.drivers.qcow2.compression.ClusterCodec;
import dev.varve.drivers.qcow2.compression.CompressedClusters;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Lays a new image out as QEMU's {@code qcow2_co_create}: header, refcount table and first refcount block of an image
 * of size 0, which then grows to its size.
 *
 * @param file the storage
 * @param data the external data file; the same as the storage where there is none
 * @param plan what the header says
 */
record ImageLayout(BlockChild file, BlockChild data, HeaderPlan plan) {
    private static final int MAX_SLICE_BYTES = 4096;
    private static final int METADATA_CLUSTERS = 3;
    private static final long CACHE_BYTES = 1 << 20;

    void write(long size, Preallocation preallocation) throws IOException {
        long sectors = size / Resizer.SECTOR + (size % Resizer.SECTOR == 0 ? 0 : 1);
        if (sectors > Long.MAX_VALUE / Resizer.SECTOR) {
            throw BlockException.invalidOption("size is " + size + ", allowed is at most "
                    + Long.MAX_VALUE / Resizer.SECTOR * Resizer.SECTOR);
        }
        Resizer.checkSize(geometry(), sectors * Resizer.SECTOR);
        Header header = plan.header();
        ByteBuffer encoded = header.encode();
        if (file.size() > 0) {
            empty();
        }
        writeFirstClusters(encoded);
        grow(header, sectors * Resizer.SECTOR, preallocation);
    }

    private void empty() throws IOException {
        try {
            file.truncate(0, Preallocation.OFF, RequestFlags.NONE);
        } catch (BlockException e) {
            // A device keeps its size; whatever it holds, nothing of it is taken for zeroes.
            if (e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
        }
    }

    private Geometry geometry() {
        return plan.geometry();
    }

    private void writeFirstClusters(ByteBuffer header) throws IOException {
        Geometry geometry = geometry();
        int size = geometry.clusterSize();
        ByteBuffer cluster = ByteBuffer.allocate(size);
        file.write(0, cluster.put(header).clear(), RequestFlags.NONE);
        file.write(size, ByteBuffer.allocate(size).putLong(0, 2L * size), RequestFlags.NONE);
        ByteBuffer block = ByteBuffer.allocate(size);
        for (int used = 0; used < METADATA_CLUSTERS; used++) {
            geometry.refcountWidth().write(block, used, 1);
        }
        file.write(2L * size, block, RequestFlags.NONE);
    }

    private void grow(Header header, long size, Preallocation preallocation) throws IOException {
        Geometry geometry = geometry();
        HostFile host = new HostFile(file, geometry);
        HostFile guest = geometry.dataFile() ? HostFile.ofData(data, geometry) : host;
        HeaderStore headers = new HeaderStore(host, header);
        L1Table l1 = new L1Table(host, geometry, header.tables());
        ClusterMap map = new ClusterMap(host, geometry, l1, Math.min(MAX_SLICE_BYTES, geometry.clusterSize()),
                CACHE_BYTES);
        WriteSettings settings = new WriteSettings(CACHE_BYTES, OverlapLevel.CONSTANT, false, false, false);
        CompressedClusters none = new CompressedClusters(host, geometry, ClusterCodec.of(header.compressionType()));
        ImageWriter writer = new ImageWriter(host, guest, headers, map, none, new RequestGate(), settings,
                Backing.NONE);
        writer.truncate(size, preallocation);
        writer.close();
    }
}
