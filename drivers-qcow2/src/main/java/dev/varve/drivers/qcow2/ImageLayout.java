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
import dev.varve.drivers.qcow2.layout.BackingName;
import dev.varve.drivers.qcow2.layout.FeatureName;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.HeaderExtension.EncryptionHeader;
import dev.varve.drivers.qcow2.layout.Tables;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.GuestData;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lays a new image out as QEMU's {@code qcow2_co_create}: header, refcount table and first refcount block of an image
 * of size 0, which then grows to its size.
 *
 * @param file the storage
 * @param geometry version, cluster size and refcount width
 * @param lazyRefcounts whether the image allows postponed refcounts
 * @param backingFile the backing file's name
 * @param backingFormat its driver
 * @param encryption how it is encrypted, if it is
 */
record ImageLayout(BlockChild file, Geometry geometry, boolean lazyRefcounts, Optional<String> backingFile,
        Optional<String> backingFormat, Optional<NewEncryption> encryption) {
    /** Smaller first clusters go without the feature name table, as QEMU's. */
    private static final int MAX_CLUSTER_WITHOUT_NAMES = 4096;

    private static final int METADATA_CLUSTERS = 3;
    private static final long CACHE_BYTES = 1 << 20;

    void write(long size, Preallocation preallocation) throws IOException {
        long sectors = size / Resizer.SECTOR + (size % Resizer.SECTOR == 0 ? 0 : 1);
        if (sectors > Long.MAX_VALUE / Resizer.SECTOR) {
            throw BlockException.invalidOption("size is " + size + ", allowed is at most "
                    + Long.MAX_VALUE / Resizer.SECTOR * Resizer.SECTOR);
        }
        Resizer.checkSize(geometry, sectors * Resizer.SECTOR);
        Header header = header();
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

    private Header header() throws BlockException {
        Tables tables = new Tables(0, 0, geometry.clusterSize(), 1, 0, 0);
        Features features = new Features(0, lazyRefcounts ? Features.LAZY_REFCOUNTS : 0, 0);
        int additional = geometry.version() < 3 ? 0 : Header.V3_BYTES - Header.V3_MIN_BYTES;
        int cryptMethod = encryption.map(NewEncryption::cryptMethod).orElse(0);
        Header plain = new Header(geometry, 0, cryptMethod, geometry.version() < 3 ? Features.NONE : features, tables,
                ByteBuffer.allocate(additional), extensions(), Optional.empty());
        if (backingFile.isEmpty()) {
            return plain;
        }
        int offset = plain.encode().remaining();
        return new Header(geometry, 0, cryptMethod, plain.features(), tables, plain.additional(), plain.extensions(),
                Optional.of(backingName(offset, backingFile.get())));
    }

    private static BackingName backingName(int offset, String name) throws BlockException {
        if (name.getBytes(StandardCharsets.UTF_8).length > BackingName.MAX_BYTES) {
            throw BlockException.invalidOption("backing_file has more bytes than allowed, which is "
                    + BackingName.MAX_BYTES);
        }
        return new BackingName(offset, name);
    }

    private List<HeaderExtension> extensions() {
        List<HeaderExtension> extensions = new ArrayList<>();
        backingFormat.ifPresent(format -> extensions.add(new HeaderExtension.BackingFormat(format)));
        encryption.filter(plan -> plan.headerBytes() > 0)
                .ifPresent(plan -> extensions.add(new EncryptionHeader(0, plan.headerBytes())));
        if (geometry.version() >= 3 && geometry.clusterSize() > MAX_CLUSTER_WITHOUT_NAMES) {
            extensions.add(new HeaderExtension.FeatureNames(FeatureName.STANDARD));
        }
        return extensions;
    }

    private void writeFirstClusters(ByteBuffer header) throws IOException {
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
        HostFile host = new HostFile(file, geometry);
        HeaderStore headers = new HeaderStore(host, header);
        GuestData guest = new GuestData(host, encryption.isPresent() ? encrypt(host, headers, encryption.get()) : null);
        ImageWriter writer = writer(guest, headers);
        writer.truncate(size, preallocation);
        writer.close();
    }

    /** Makes the LUKS header, where there is one, and lets the image's header say where it is. */
    private ClusterCipher encrypt(HostFile host, HeaderStore headers, NewEncryption plan) throws IOException {
        if (plan.headerBytes() == 0) {
            return plan.format(file, new EncryptionHeader(0, 0));
        }
        ImageWriter writer = writer(new GuestData(host, null), headers);
        EncryptionHeader place = new EncryptionHeader(writer.reserveTable(plan.headerBytes()), plan.headerBytes());
        ClusterCipher cipher = plan.format(file, place);
        Header header = headers.header();
        List<HeaderExtension> extensions = header.extensions().stream()
                .map(extension -> extension instanceof EncryptionHeader ? place : extension).toList();
        writer.replaceHeader(header.withBacking(extensions, header.backing()));
        writer.close();
        return cipher;
    }

    private ImageWriter writer(GuestData guest, HeaderStore headers) throws IOException {
        HostFile host = guest.file();
        Header header = headers.header();
        L1Table l1 = new L1Table(host, geometry, header.tables());
        ClusterMap map = new ClusterMap(host, geometry, l1, Math.min(MAX_CLUSTER_WITHOUT_NAMES, geometry.clusterSize()),
                CACHE_BYTES);
        WriteSettings settings = new WriteSettings(CACHE_BYTES, OverlapSettings.CONSTANT, false, false, false,
                false);
        CompressedClusters none = new CompressedClusters(host, geometry, ClusterCodec.of(header.compressionType()));
        return new ImageWriter(guest, headers, map, none, new RequestGate(), settings, Backing.NONE);
    }
}
