// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionChange;
import dev.varve.api.spi.SupportedFlags;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A node of the protocols {@code file} and {@code host_device}. */
final class FileNode extends ImageNode {
    private static final SupportedFlags FLAGS = new SupportedFlags(RequestFlags.NONE,
            RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK));

    private static final long SECTOR = 512;

    private final HostFile file;
    private final FileSpace space;
    private final NodeSettings settings;
    private final BlockLimits limits;
    private final boolean aligned;
    private final @Nullable FileLocks locks;
    private volatile @Nullable BlockException failedFlush;
    private volatile boolean written;

    private FileNode(HostFile file, NodeSettings settings, @Nullable FileLocks locks) throws BlockException {
        this.file = file;
        this.space = new FileSpace(file);
        this.settings = settings;
        this.locks = locks;
        this.limits = limits(file);
        this.aligned = limits.requestAlignment() > 1 || limits.memoryAlignment() > 1;
    }

    private static BlockLimits limits(HostFile file) {
        return file.requestAlignment() == 1 && file.memoryAlignment() == 1 && file.zeroAlignment() == 1
                ? BlockLimits.NONE
                : BlockLimits.NONE.withAlignment(file.requestAlignment(), file.memoryAlignment())
                        .withGranularity(file.zeroAlignment(), file.zeroAlignment());
    }

    /** Opens a node in the best way the system has. */
    static FileNode open(OpenContext context, boolean device) throws BlockException {
        return open(context, device, HostFiles.best());
    }

    /** Opens a node in one way. */
    static FileNode open(OpenContext context, boolean device, HostFiles files) throws BlockException {
        Options options = context.options();
        NodeSettings settings = context.settings();
        if (options.text(FileOptions.AIO).equals("native") && !settings.cacheDirect()) {
            throw BlockException.invalidOption("option 'aio': value 'native' requires cache.direct=on");
        }
        String path = options.text(FileOptions.FILENAME);
        HostFile file = files.open(new OpenRequest(path, !settings.readOnly(), settings.cacheDirect(), device));
        try {
            FileLocks locks = settings.forceShare() ? null : locks(file, options.text(FileOptions.LOCKING));
            return new FileNode(file, settings, locks);
        } catch (BlockException e) {
            file.close();
            throw e;
        }
    }

    private static @Nullable FileLocks locks(HostFile file, String locking) throws BlockException {
        Optional<LockBytes> bytes = locking.equals("off") ? Optional.empty() : file.locks();
        if (bytes.isEmpty() && locking.equals("on")) {
            throw BlockException.unsupported("option 'locking': value 'on' cannot be honoured, '" + file.path()
                    + "' has no open-file-description locks here");
        }
        return bytes.isEmpty() ? null : new FileLocks(bytes.get(), file.path());
    }

    /** Whole sectors, as in QEMU ({@code bdrv_refresh_total_sectors}): what the last one lacks reads as zeroes. */
    @Override
    public long size() {
        return space.size() + SECTOR - 1 & -SECTOR;
    }

    @Override
    public BlockLimits limits() {
        return limits;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return FLAGS;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws BlockException {
        if (aligned) {
            checkAlignment(offset, dst);
        }
        BounceBuffers.read(file, offset, dst);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws BlockException {
        checkWritable();
        if (aligned) {
            checkAlignment(offset, src);
        }
        space.write(offset, src);
        wrote();
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws BlockException {
        checkWritable();
        space.writeZeroes(offset, bytes, flags);
        wrote();
    }

    @Override
    public void discard(long offset, long bytes) throws BlockException {
        checkWritable();
        space.discard(offset, bytes);
        wrote();
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws BlockException {
        checkWritable();
        space.truncate(size, mode);
        wrote();
    }

    private void checkWritable() throws BlockException {
        if (settings.readOnly()) {
            throw new BlockException(ErrorKind.READ_ONLY, "'" + file.path() + "' is opened read-only");
        }
    }

    private void checkAlignment(long offset, ByteBuffer buffer) {
        int request = limits.requestAlignment();
        if (request > 1 && ((offset | buffer.remaining()) & request - 1) != 0) {
            throw new IllegalArgumentException("request of " + buffer.remaining() + " bytes at " + offset
                    + " is not aligned to " + request);
        }
        int memory = limits.memoryAlignment();
        if (memory > 1 && buffer.isDirect() && buffer.alignmentOffset(buffer.position(), memory) != 0) {
            throw new IllegalArgumentException("buffer is not aligned to " + memory);
        }
    }

    /** After a change, so that a flush that clears the mark has brought the change along. */
    private void wrote() {
        if (!written) {
            written = true;
        }
    }

    @Override
    public void flush() throws BlockException {
        if (settings.cacheNoFlush() || settings.readOnly()) {
            return;
        }
        BlockException earlier = failedFlush;
        if (earlier != null) {
            throw new BlockException(ErrorKind.IO, "an earlier flush failed, what was written before it may be lost: "
                    + earlier.problem(), earlier);
        }
        written = false;
        try {
            file.sync();
        } catch (BlockException e) {
            // The kernel tells of lost pages once, then calls them clean: only reopening starts anew.
            failedFlush = e;
            throw e;
        }
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws BlockException {
        if (effort == Effort.ALLOCATION_ONLY) {
            return DataRuns.data(offset, bytes);
        }
        BlockStatus status = space.runs().find(offset, bytes);
        long end = offset + status.bytes();
        long block = limits.requestAlignment();
        if (status instanceof BlockStatus.Data && (end & block - 1) != 0) {
            // Past the page cache nobody can ask for less than the block that the file ends in.
            return DataRuns.data(offset, Math.min(bytes, (end + block - 1 & -block) - offset));
        }
        return status;
    }

    @Override
    public OptionalLong contentStamp() throws BlockException {
        FileLocks kept = locks;
        return kept != null && kept.keepWritersOut() ? OptionalLong.empty() : OptionalLong.of(file.changeStamp());
    }

    @Override
    public ImageInfo info() throws BlockException {
        long allocated = file.allocatedBytes();
        return new ImageInfo(file.path(), size(),
                allocated == HostFile.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(allocated),
                OptionalLong.empty(), Optional.empty(), false, Map.of());
    }

    @Override
    public PermissionChange preparePermissions(Permissions cumulative) throws BlockException {
        return locks == null ? PermissionChange.NOTHING : locks.prepare(cumulative);
    }

    @Override
    public void close() throws BlockException {
        try {
            if (written) {
                flush();
            }
        } finally {
            file.close();
        }
    }
}
