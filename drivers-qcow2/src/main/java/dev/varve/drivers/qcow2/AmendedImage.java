// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.spi.RequestGate;
import dev.varve.drivers.qcow2.allocation.Backing;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.allocation.Metadata;
import dev.varve.drivers.qcow2.allocation.OverlapSettings;
import dev.varve.drivers.qcow2.allocation.RefcountWidthChange;
import dev.varve.drivers.qcow2.allocation.StoredSnapshots;
import dev.varve.drivers.qcow2.allocation.WorkDone;
import dev.varve.drivers.qcow2.allocation.WriteSettings;
import dev.varve.drivers.qcow2.allocation.ZeroExpansion;
import dev.varve.drivers.qcow2.compression.ClusterCodec;
import dev.varve.drivers.qcow2.compression.CompressedClusters;
import dev.varve.drivers.qcow2.layout.FeatureName;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderArea;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.SnapshotEntry;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.GuestData;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image whose basic properties change while nobody else uses it. What works on tables is made anew for each step,
 * because version and refcount width are part of the arithmetic.
 */
final class AmendedImage {
    private static final int FEATURE_NAMES_FROM = 4096;
    private static final long CACHE_BYTES = 1 << 20;

    private final HostFile file;
    private final HeaderStore headers;
    private final GuestData guest;
    private final Backing backing;

    AmendedImage(HostFile file, HeaderStore headers, GuestData guest, Backing backing) {
        this.file = file;
        this.headers = headers;
        this.guest = guest;
        this.backing = backing;
    }

    Header header() {
        return headers.header();
    }

    void update(Header changed) throws IOException {
        headers.update(changed);
    }

    /** Version 3 (QEMU's {@code qcow2_upgrade}). */
    void upgrade() throws IOException {
        Header old = headers.header();
        if (old.tables().snapshotCount() > 0) {
            Metadata metadata = writer().metadata();
            List<SnapshotEntry> entries = StoredSnapshots.read(file, old.tables());
            StoredSnapshots.replace(metadata, entries, StoredSnapshots.bytes(entries));
            metadata.close();
            old = headers.header();
        }
        Geometry geometry = old.geometry();
        List<HeaderExtension> extensions = new ArrayList<>(old.extensions());
        if (geometry.clusterSize() > FEATURE_NAMES_FROM) {
            extensions.add(new HeaderExtension.FeatureNames(FeatureName.STANDARD));
        }
        replace(old, new Geometry(3, geometry.clusterBits(), geometry.refcountOrder()), Features.NONE,
                ByteBuffer.allocate(Header.V3_BYTES - Header.V3_MIN_BYTES), extensions);
    }

    /** Version 2 (QEMU's {@code qcow2_downgrade}). */
    void downgrade(WorkDone done) throws IOException {
        ImageWriter writer = writer();
        Header old = headers.header();
        for (SnapshotEntry entry : StoredSnapshots.read(file, old.tables())) {
            if (entry.vmStateBytes() != 0 || entry.diskSize().orElse(old.size()) != old.size()) {
                throw BlockException.unsupported("Internal snapshots prevent downgrade of image");
            }
        }
        new ZeroExpansion(writer.metadata(), guest, backing).run(done);
        writer.close();
        old = headers.header();
        List<HeaderExtension> extensions = new ArrayList<>(old.extensions());
        extensions.removeIf(HeaderExtension.FeatureNames.class::isInstance);
        Geometry geometry = new Geometry(2, old.geometry().clusterBits(), old.geometry().refcountOrder());
        replace(old, geometry, Features.NONE, ByteBuffer.allocate(0), extensions);
    }

    private void replace(Header old, Geometry geometry, Features features, ByteBuffer additional,
            List<HeaderExtension> extensions) throws IOException {
        Header bare = new Header(geometry, old.size(), old.cryptMethod(), features, old.tables(), additional,
                extensions, Optional.empty());
        Header changed = old.backing().isEmpty() ? bare
                : bare.withBacking(extensions, Optional.of(HeaderArea.place(old, bare, old.backing().get().name())));
        headers.replace(changed);
    }

    /** Another width of refcounts (QEMU's {@code qcow2_change_refcount_order}). */
    void changeRefcountOrder(int order) throws IOException {
        Metadata metadata = writer().metadata();
        new RefcountWidthChange(metadata, order).run();
    }

    void truncate(long size, Preallocation mode) throws IOException {
        ImageWriter writer = writer();
        writer.truncate(size, mode);
        writer.close();
    }

    /** The name of the external data file; an empty one for none. */
    void nameDataFile(String name) throws IOException {
        Header old = headers.header();
        List<HeaderExtension> extensions = new ArrayList<>(old.extensions());
        extensions.removeIf(HeaderExtension.DataFileName.class::isInstance);
        if (!name.isEmpty()) {
            extensions.add(new HeaderExtension.DataFileName(name));
        }
        headers.replace(HeaderArea.withExtensions(old, extensions));
    }

    private HostFile host() {
        return new HostFile(file.child(), headers.header().geometry(), file.corruption());
    }

    private ImageWriter writer() throws IOException {
        HostFile host = host();
        Header header = headers.header();
        Geometry geometry = header.geometry();
        ClusterMap map = new ClusterMap(host, geometry, new L1Table(host, geometry, header.tables()),
                Math.min(FEATURE_NAMES_FROM, geometry.clusterSize()), CACHE_BYTES);
        WriteSettings settings = new WriteSettings(CACHE_BYTES, OverlapSettings.CACHED, false, true, false, false);
        CompressedClusters compressed = new CompressedClusters(host, geometry,
                ClusterCodec.of(header.compressionType()));
        return new ImageWriter(host, guest, headers, map, compressed, new RequestGate(), settings, backing);
    }
}
