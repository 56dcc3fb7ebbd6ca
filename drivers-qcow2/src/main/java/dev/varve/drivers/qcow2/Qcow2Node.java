// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RepairScope;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.RequestGate;
import dev.varve.api.spi.SupportedFlags;
import dev.varve.drivers.qcow2.allocation.Backing;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.bitmap.ImageBitmaps;
import dev.varve.drivers.qcow2.check.RefcountCheck;
import dev.varve.drivers.qcow2.compression.ClusterCodec;
import dev.varve.drivers.qcow2.compression.CompressedClusters;
import dev.varve.drivers.qcow2.crypto.SectorCipher;
import dev.varve.drivers.qcow2.encryption.ImageEncryption;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.CacheSizes;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.GuestData;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import dev.varve.drivers.qcow2.mapping.MappingComparison;
import dev.varve.drivers.qcow2.mapping.MappingScan;
import dev.varve.drivers.qcow2.snapshot.ImageSnapshots;
import dev.varve.drivers.qcow2.snapshot.SnapshotDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An open qcow2 image. Reads look up and read; a read-only node has nothing else. Writing is {@link ImageWriter}'s.
 */
final class Qcow2Node extends OverlayNode {
    private static final long SECTOR_MASK = 511;
    private static final SupportedFlags FLAGS = new SupportedFlags(RequestFlags.COMPRESSED,
            RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK));

    /** Compressed clusters are packed where refcounts count, which they do not in an external data file. */
    private static final SupportedFlags UNCOMPRESSED_FLAGS = new SupportedFlags(RequestFlags.NONE, FLAGS.writeZeroes());
    private static final BlockLimits ENCRYPTED_LIMITS = BlockLimits.NONE.withAlignment(SectorCipher.SECTOR, 1);

    /**
     * The edges of a node.
     *
     * @param file the storage
     * @param data the external data file; the same as the storage where there is none
     * @param backing to the backing file
     */
    record Children(BlockChild file, BlockChild data, BlockChild backing) {}

    /** What a writable node has besides. */
    private record Writing(ImageWriter writer, RequestGate gate) {}

    private final HostFile file;
    private final GuestData guest;
    private final ImageEncryption encryption;
    private final HeaderStore headers;
    private final Geometry geometry;
    private final ClusterMap map;
    private final CompressedClusters compressed;
    private final MetadataPreallocation preallocation;
    /** Null where the node is read-only: then no mapping ever changes and no request needs the gate. */
    private final @Nullable ImageWriter writer;
    private final @Nullable RequestGate gate;
    /** Opened for writing, but to be mended and nothing else. */
    private final boolean repairable;
    private final ImageBitmaps bitmaps;

    private Qcow2Node(BlockChild backing, Parts parts, @Nullable Writing writing, boolean repairable) {
        super(backing);
        this.repairable = repairable;
        GuestData guest = parts.guest;
        HeaderStore headers = parts.headers;
        ClusterMap map = parts.map;
        CompressedClusters compressed = parts.compressed;
        this.file = parts.file;
        this.guest = guest;
        this.encryption = parts.encryption;
        this.headers = headers;
        this.geometry = headers.header().geometry();
        this.map = map;
        this.compressed = compressed;
        this.preallocation = new MetadataPreallocation(file, guest.file(), headers);
        this.writer = writing == null ? null : writing.writer;
        this.gate = writing == null ? null : writing.gate;
        this.bitmaps = new ImageBitmaps(file, headers, writer == null ? null : writer.metadata());
    }

    static Qcow2Node open(Children children, Header header, Qcow2Options options, NodeSettings settings,
            Guards guards) throws IOException {
        HostFile host = new HostFile(children.file, header.geometry(), guards.corruption);
        HeaderStore headers = new HeaderStore(host, header);
        guards.corruption.watch(headers);
        Parts parts = Parts.of(host, children, headers, options, guards.encryption);
        if (settings.readOnly()) {
            return new Qcow2Node(children.backing, parts, null, false);
        }
        Autoclear.apply(headers);
        RequestGate gate = new RequestGate();
        ImageWriter writer = new ImageWriter(host, parts.guest, headers, parts.map, parts.compressed, gate,
                options.writeSettings(options.cacheSizes(header.geometry(), header.size()), settings, header),
                new Backing(children.backing));
        Qcow2Node node = new Qcow2Node(children.backing, parts, new Writing(writer, gate), false);
        node.bitmaps.begin();
        return node;
    }

    /** A node that reads, tells about its image and mends it. */
    static Qcow2Node openForCheck(Children children, Header header, Qcow2Options options, NodeSettings settings,
            ImageEncryption encryption) throws IOException {
        HostFile host = new HostFile(children.file, header.geometry());
        HeaderStore headers = new HeaderStore(host, header);
        if (!settings.readOnly()) {
            Autoclear.apply(headers);
        }
        Parts parts = Parts.of(host, children, headers, options, encryption);
        return new Qcow2Node(children.backing, parts, null, !settings.readOnly());
    }

    /** What a node holds of its image whether it writes or not. */
    private record Parts(HostFile file, GuestData guest, ImageEncryption encryption, HeaderStore headers,
            ClusterMap map, CompressedClusters compressed) {
        static Parts of(HostFile host, Children children, HeaderStore headers, Qcow2Options options,
                ImageEncryption encryption) throws IOException {
            Header header = headers.header();
            CacheSizes sizes = options.cacheSizes(header.geometry(), header.size());
            ClusterMap map = new ClusterMap(host, header.geometry(),
                    new L1Table(host, header.geometry(), header.tables()), sizes.sliceBytes(), sizes.l2Bytes());
            HostFile clusters = header.geometry().dataFile() ? HostFile.ofData(children.data, header.geometry()) : host;
            return new Parts(host, new GuestData(clusters, encryption.cipher()), encryption, headers, map,
                    new CompressedClusters(host, header.geometry(), ClusterCodec.of(header.compressionType())));
        }
    }

    /**
     * What looks after an image.
     *
     * @param encryption its keys
     * @param corruption who is told that it is corrupt
     */
    record Guards(ImageEncryption encryption, CorruptionMark corruption) {}

    @Override
    public long size() {
        return headers.header().size() & ~SECTOR_MASK;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return guest.isEncrypted() || geometry.dataFile() ? UNCOMPRESSED_FLAGS : FLAGS;
    }

    @Override
    public BlockLimits limits() {
        return guest.isEncrypted() ? ENCRYPTED_LIMITS : BlockLimits.NONE;
    }

    @Override
    public int readAllocated(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        return readGuarded(offset, dst);
    }

    private int readGuarded(long offset, ByteBuffer dst) throws IOException {
        RequestGate passed = gate;
        if (passed == null) {
            return readMapped(offset, dst);
        }
        int ticket = passed.enter();
        try {
            return readMapped(offset, dst);
        } finally {
            passed.exit(ticket);
        }
    }

    private int readMapped(long offset, ByteBuffer dst) throws IOException {
        file.corruption().check();
        long bits = map.bits(offset);
        int run = (int) map.run(offset, bits, dst.remaining(), ClusterMap.FOR_READ);
        switch (L2Entry.kindOf(bits)) {
            case UNALLOCATED -> {
                return -run;
            }
            case ZERO_PLAIN, ZERO_ALLOCATED -> HostFile.zeroFill(dst, run);
            case NORMAL -> {
                int limit = dst.limit();
                guest.read(offset, map.hostOffset(bits, offset), dst.limit(dst.position() + run));
                dst.limit(limit);
            }
            case COMPRESSED -> {
                int limit = dst.limit();
                compressed.read(offset, bits, dst.limit(dst.position() + run));
                dst.limit(limit);
            }
        }
        return run;
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        RequestGate passed = gate;
        int ticket = passed == null ? 0 : passed.enter();
        try {
            return status(offset, bytes, effort);
        } finally {
            if (passed != null) {
                passed.exit(ticket);
            }
        }
    }

    private BlockStatus status(long offset, long bytes, Effort effort) throws IOException {
        long bits = map.bits(offset);
        long run = map.run(offset, bits, bytes, ClusterMap.FOR_READ);
        BlockStatus status = statusOf(L2Entry.kindOf(bits), map.hostOffset(bits, offset), run);
        boolean look = effort == Effort.FIND_ZEROES;
        return look && status instanceof BlockStatus.Data data && data.storage().isPresent()
                ? preallocation.status(run, data.storage().get()) : status;
    }

    private BlockStatus statusOf(ClusterKind kind, long hostOffset, long bytes) {
        return switch (kind) {
            case UNALLOCATED -> new BlockStatus.Unallocated(bytes);
            case ZERO_PLAIN -> new BlockStatus.Zero(bytes, Optional.empty());
            case ZERO_ALLOCATED -> new BlockStatus.Zero(bytes, storage(hostOffset));
            case NORMAL -> new BlockStatus.Data(bytes, storage(hostOffset), false);
            case COMPRESSED -> new BlockStatus.Data(bytes, Optional.empty(), false);
        };
    }

    /** Nobody but this node can read what is encrypted. */
    private Optional<BlockStatus.Storage> storage(long hostOffset) {
        return guest.isEncrypted() ? Optional.empty()
                : Optional.of(new BlockStatus.Storage(Optional.of(guest.file().child()), hostOffset));
    }

    @Override
    public OptionalLong clusterSize() {
        return OptionalLong.of(geometry.clusterSize());
    }

    @Override
    public long emptyRun(long offset, long bytes) throws IOException {
        return Math.min(bytes, map.hole(offset, offset + bytes));
    }

    @Override
    public void scan(long offset, long bytes, Consumer<BlockStatus> statuses) throws IOException {
        new MappingScan(map, geometry, gate, (kind, host, run) -> statuses.accept(statusOf(kind, host, run)))
                .run(offset, bytes);
    }

    @Override
    public long sameRun(OverlayNode other, long offset, long bytes) throws IOException {
        return other instanceof Qcow2Node that && geometry.equals(that.geometry)
                ? new MappingComparison(map, that.map, geometry).run(offset, bytes) : -bytes;
    }

    @Override
    public BlockStatus.Data findZeroes(BlockStatus.Data data) throws IOException {
        if (data.storage().isEmpty() || data.readsAsZeroes()) {
            return data;
        }
        RequestGate passed = gate;
        int ticket = passed == null ? 0 : passed.enter();
        try {
            return preallocation.status(data.bytes(), data.storage().get());
        } finally {
            if (passed != null) {
                passed.exit(ticket);
            }
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        bitmaps.record(offset, src.remaining());
        if (flags.has(RequestFlags.COMPRESSED)) {
            writer().writeCompressed(offset, src);
        } else {
            writer().write(offset, src);
        }
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        bitmaps.record(offset, bytes);
        writer().writeZeroes(offset, bytes, flags);
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        bitmaps.record(offset, bytes);
        writer().discard(offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        bitmaps.checkResize();
        try {
            writer().truncate(size, mode);
        } finally {
            bitmaps.resized();
        }
    }

    @Override
    public void flush() throws IOException {
        if (writer != null) {
            writer.flush();
        }
    }

    @Override
    public void changeBackingFile(Optional<ImageReference> changed) throws IOException {
        writer().replaceHeader(BackingChange.of(headers.header(), changed));
    }

    private ImageWriter writer() throws BlockException {
        if (writer == null) {
            throw new BlockException(ErrorKind.READ_ONLY, "the image is open read-only");
        }
        return writer;
    }

    @Override
    public ImageInfo info() throws IOException {
        Header header = headers.header();
        ImageInfo storage = file.child().info();
        return new ImageInfo(storage.filename(), size(), storage.actualSize(),
                OptionalLong.of(geometry.clusterSize()), Qcow2Driver.backingReference(header),
                new ImageInfo.State(header.features().hasIncompatible(Features.DIRTY), guest.isEncrypted()),
                ImageSnapshots.list(file, header), SpecificInfo.of(header, bitmaps.list(), encryption.facts()));
    }

    @Override
    public ImageOperations operations() {
        ImageSnapshots snapshots = new ImageSnapshots(file, headers, map, writer == null ? null : writer.metadata(),
                new SnapshotDisk() {
                    @Override
                    public int read(long guestOffset, ByteBuffer dst) throws IOException {
                        return guest.isEncrypted() ? SectorReads.read(guestOffset, dst, Qcow2Node.this::readGuarded)
                                : readGuarded(guestOffset, dst);
                    }

                    @Override
                    public void writeBehind(long guestOffset, ByteBuffer src) throws IOException {
                        writer().writeBehind(guestOffset, src);
                    }

                    @Override
                    public void checkReplaceable() throws IOException {
                        if (bitmaps.exist()) {
                            throw BlockException.unsupported("Device has active dirty bitmaps");
                        }
                    }
                });
        return new Qcow2Operations(this, snapshots, bitmaps, encryption);
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        return writer == null ? RefcountCheck.run(headers.header(), file.child(), findings)
                : writer.whileQuiet(() -> RefcountCheck.run(headers.header(), file.child(), findings));
    }

    /** Mends the image; requests wait meanwhile. */
    CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        if (writer != null) {
            return writer.repair(scope, findings);
        }
        if (!repairable) {
            throw new BlockException(ErrorKind.READ_ONLY, "the image is open read-only");
        }
        CheckReport report = Repair.run(file, headers, scope, findings);
        map.forget(headers.header().tables());
        return report;
    }

    /** Changes basic properties; where the arithmetic of the format is among them, the node must be reopened. */
    void amend(Amendment amendment, DoubleConsumer progress) throws IOException {
        ImageWriter active = writer();
        bitmaps.store();
        AmendedImage image = new AmendedImage(file, headers, guest, new Backing(backing()));
        active.whileQuiet(() -> {
            try {
                amendment.run(image, progress);
            } finally {
                if (headers.header().geometry().equals(geometry)) {
                    active.metadata().reload();
                } else {
                    active.retire();
                }
            }
            return progress;
        });
    }

    /** Lets the layer hold nothing. */
    void makeEmpty() throws IOException {
        writer().makeEmpty();
    }

    @Override
    public void close() throws IOException {
        if (file.corruption().isClosed() || writer != null && writer.isRetired()) {
            return;
        }
        if (writer != null) {
            try {
                bitmaps.store();
            } finally {
                writer.close();
            }
        }
    }
}
