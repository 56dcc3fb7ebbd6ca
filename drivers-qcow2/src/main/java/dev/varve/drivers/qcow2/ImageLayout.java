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
import dev.varve.drivers.qcow2.allocation.OverlapSettings;
import dev.varve.drivers.qcow2.allocation.Resizer;
import dev.varve.drivers.qcow2.allocation.WriteSettings;
import dev.varve.drivers.qcow2.compression.ClusterCodec;
import dev.varve.drivers.qcow2.compression.CompressedClusters;
import dev.varve.drivers.qcow2.encryption.ClusterCipher;
import dev.varve.drivers.qcow2.encryption.NewEncryption;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.HeaderExtension.EncryptionHeader;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.GuestData;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

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
        HostFile host = new HostFile(file, geometry());
        HostFile clusters = geometry().dataFile() ? HostFile.ofData(data, geometry()) : host;
        HeaderStore headers = new HeaderStore(host, header);
        GuestData guest = new GuestData(clusters,
                plan.encryption().isPresent() ? encrypt(host, headers, plan.encryption().get()) : null);
        ImageWriter writer = writer(host, guest, headers);
        writer.truncate(size, preallocation);
        writer.close();
    }

    /** Makes the LUKS header, where there is one, and lets the image's header say where it is. */
    private ClusterCipher encrypt(HostFile host, HeaderStore headers, NewEncryption wanted) throws IOException {
        if (wanted.headerBytes() == 0) {
            return wanted.format(file, new EncryptionHeader(0, 0));
        }
        ImageWriter writer = writer(host, new GuestData(host, null), headers);
        EncryptionHeader place = new EncryptionHeader(writer.reserveTable(wanted.headerBytes()),
                wanted.headerBytes());
        ClusterCipher cipher = wanted.format(file, place);
        Header header = headers.header();
        List<HeaderExtension> extensions = header.extensions().stream()
                .map(extension -> extension instanceof EncryptionHeader ? place : extension).toList();
        writer.replaceHeader(header.withBacking(extensions, header.backing()));
        writer.close();
        return cipher;
    }

    private ImageWriter writer(HostFile host, GuestData guest, HeaderStore headers) throws IOException {
        Geometry geometry = geometry();
        Header header = headers.header();
        L1Table l1 = new L1Table(host, geometry, header.tables());
        ClusterMap map = new ClusterMap(host, geometry, l1, Math.min(MAX_SLICE_BYTES, geometry.clusterSize()),
                CACHE_BYTES);
        WriteSettings settings = new WriteSettings(CACHE_BYTES, OverlapSettings.CONSTANT, false, false, false,
                false);
        CompressedClusters none = new CompressedClusters(host, geometry, ClusterCodec.of(header.compressionType()));
        return new ImageWriter(host, guest, headers, map, none, new RequestGate(), settings, Backing.NONE);
    }
}
