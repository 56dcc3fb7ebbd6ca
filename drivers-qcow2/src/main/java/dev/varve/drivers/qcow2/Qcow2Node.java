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
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.RequestGate;
import dev.varve.api.spi.SupportedFlags;
import dev.varve.drivers.qcow2.allocation.Backing;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.check.RefcountCheck;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.CacheSizes;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.HostFile;
import dev.varve.drivers.qcow2.mapping.L1Table;
import dev.varve.drivers.qcow2.mapping.MappingScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open qcow2 image. Reads look up and read; a read-only node has nothing else. Writing is {@link ImageWriter}'s.
 */
final class Qcow2Node extends OverlayNode {
    private static final long SECTOR_MASK = 511;
    private static final SupportedFlags FLAGS = new SupportedFlags(RequestFlags.NONE,
            RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK));

    private final HostFile file;
    private final HeaderStore headers;
    private final Geometry geometry;
    private final ClusterMap map;
    private final MetadataPreallocation preallocation;
    /** Null where the node is read-only: then no mapping ever changes and no request needs the gate. */
    private final @Nullable ImageWriter writer;
    private final @Nullable RequestGate gate;
    /** Opened for writing, but to be mended and nothing else. */
    private final boolean repairable;

    private Qcow2Node(BlockChild backing, HostFile file, HeaderStore headers, ClusterMap map,
            @Nullable ImageWriter writer, @Nullable RequestGate gate, boolean repairable) {
        super(backing);
        this.repairable = repairable;
        this.file = file;
        this.headers = headers;
        this.geometry = headers.header().geometry();
        this.map = map;
        this.preallocation = new MetadataPreallocation(file, headers);
        this.writer = writer;
        this.gate = gate;
    }

    static Qcow2Node open(BlockChild file, BlockChild backing, Header header, Qcow2Options options,
            NodeSettings settings, CorruptionMark corruption) throws IOException {
        HostFile host = new HostFile(file, header.geometry(), corruption);
        HeaderStore headers = new HeaderStore(host, header);
        corruption.watch(headers);
        Geometry geometry = header.geometry();
        CacheSizes sizes = options.cacheSizes(geometry, header.size());
        ClusterMap map = map(host, header, sizes);
        if (settings.readOnly()) {
            return new Qcow2Node(backing, host, headers, map, null, null, false);
        }
        clearAutoclear(headers);
        RequestGate gate = new RequestGate();
        ImageWriter writer = new ImageWriter(host, headers, map, gate, options.writeSettings(sizes, settings, header),
                new Backing(backing));
        return new Qcow2Node(backing, host, headers, map, writer, gate, false);
    }

    /** A node that reads, tells about its image and mends it. */
    static Qcow2Node openForCheck(BlockChild file, BlockChild backing, Header header, Qcow2Options options,
            NodeSettings settings) throws IOException {
        HostFile host = new HostFile(file, header.geometry());
        HeaderStore headers = new HeaderStore(host, header);
        ClusterMap map = map(host, header, options.cacheSizes(header.geometry(), header.size()));
        return new Qcow2Node(backing, host, headers, map, null, null, !settings.readOnly());
    }

    private static ClusterMap map(HostFile host, Header header, CacheSizes sizes) {
        return new ClusterMap(host, header.geometry(), new L1Table(host, header.geometry(), header.tables()),
                sizes.sliceBytes(), sizes.l2Bytes());
    }

    /** No feature of the autoclear mask is kept up by this driver, so each would be a lie after the first write. */
    private static void clearAutoclear(HeaderStore headers) throws IOException {
        Header header = headers.header();
        if (header.features().autoclear() != 0) {
            headers.update(header.withFeatures(header.features().withAutoclear(0)));
        }
    }

    @Override
    public long size() {
        return headers.header().size() & ~SECTOR_MASK;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return FLAGS;
    }

    @Override
    public int readAllocated(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
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
                file.readPadded("data cluster", map.hostOffset(bits, offset), dst.limit(dst.position() + run));
                dst.limit(limit);
            }
            case COMPRESSED -> throw BlockException.unsupported("the cluster at guest offset "
                    + Hex.of(offset - geometry.offsetInCluster(offset)) + " is compressed; it cannot be read yet");
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

    private Optional<BlockStatus.Storage> storage(long hostOffset) {
        return Optional.of(new BlockStatus.Storage(Optional.of(file.child()), hostOffset));
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
        writer().write(offset, src);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        writer().writeZeroes(offset, bytes, flags);
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        writer().discard(offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        writer().truncate(size, mode);
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
                header.features().hasIncompatible(Features.DIRTY), SpecificInfo.of(header));
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        return writer == null ? RefcountCheck.run(headers.header(), file.child(), findings)
                : writer.whileQuiet(() -> RefcountCheck.run(headers.header(), file.child(), findings));
    }

    @Override
    public ImageOperations operations() {
        return new Qcow2Operations(this);
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
        map.l1().moveTo(headers.header().tables().l1Offset(), headers.header().tables().l1Entries());
        map.forget();
        return report;
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
