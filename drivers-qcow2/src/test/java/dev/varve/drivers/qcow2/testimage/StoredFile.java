// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.testimage;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An edge to a file in memory that may be sparse and may fail at chosen places. */
public final class StoredFile implements BlockChild {
    private static final int PAGE = 4096;
    private static final byte[] HOLE = new byte[PAGE];
    private static final NodeName NODE = new NodeName("stored-file");

    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    private final boolean attached;
    private long size;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private long bytesRead;

    private StoredFile(long size, boolean attached) {
        this.size = size;
        this.attached = attached;
    }

    /** A file of holes. */
    public StoredFile(long size) {
        this(size, true);
    }

    /** The edge to a backing file that is not there. */
    public static StoredFile nothing() {
        return new StoredFile(0, false);
    }

    /** A file with content. */
    public StoredFile(byte[] content) {
        this(content.length);
        put(0, content);
    }

    /** Stores bytes; nothing behind the size. */
    public StoredFile put(long offset, byte[] content) {
        for (int done = 0; done < content.length;) {
            int inPage = (int) ((offset + done) % PAGE);
            int run = Math.min(PAGE - inPage, content.length - done);
            byte[] page = pages.computeIfAbsent((offset + done) / PAGE, number -> new byte[PAGE]);
            System.arraycopy(content, done, page, inPage, run);
            done += run;
        }
        return this;
    }

    /** Stores a big-endian word of 8 bytes. */
    public StoredFile putLong(long offset, long value) {
        return put(offset, ByteBuffer.allocate(8).putLong(value).array());
    }

    /** Makes reads fail that touch the range. */
    public StoredFile failAt(long from, long to) {
        failFrom = from;
        failTo = to;
        return this;
    }

    /** How many bytes were read so far. */
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Set<ChildRole> roles() {
        return EnumSet.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);
    }

    @Override
    public Permissions permissions() {
        return Permissions.READ;
    }

    @Override
    public boolean isAttached() {
        return attached;
    }

    @Override
    public Optional<NodeName> node() {
        return Optional.of(NODE);
    }

    @Override
    public boolean isFrozen() {
        return true;
    }

    @Override
    public Extent extent(long offset, long bytes) {
        boolean data = pages.containsKey(offset / PAGE);
        long end = (offset / PAGE + 1) * PAGE;
        while (end < offset + bytes && pages.containsKey(end / PAGE) == data) {
            Long next = data ? Long.valueOf(end / PAGE + 1) : pages.ceilingKey(end / PAGE);
            end = next == null ? offset + bytes : next * PAGE;
        }
        long run = Math.min(bytes, end - offset);
        Extent.Content content = data ? Extent.Content.DATA : Extent.Content.ZERO_DATA;
        return new Extent(offset, run, content, true, 0, NODE, Optional.of(new Extent.Location(NODE, offset)));
    }

    @Override
    public int depthOf(NodeName layer) {
        return layer.equals(NODE) ? 0 : -1;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public BlockLimits limits() {
        return BlockLimits.NONE;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return SupportedFlags.NONE;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        int length = dst.remaining();
        if (!attached) {
            dst.put(new byte[length]);
            return;
        }
        if (offset < 0 || offset > size - length) {
            throw new BlockException(ErrorKind.IO,
                    "read of " + length + " bytes at " + offset + " in a file of " + size);
        }
        if (offset < failTo && offset + length > failFrom) {
            throw new BlockException(ErrorKind.IO, "Input/output error");
        }
        bytesRead += length;
        while (dst.hasRemaining()) {
            long at = offset + length - dst.remaining();
            int inPage = (int) (at % PAGE);
            int run = Math.min(dst.remaining(), PAGE - inPage);
            dst.put(pages.getOrDefault(at / PAGE, HOLE), inPage, run);
        }
    }

    /** The file as it is now. */
    public byte[] content() throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) size);
        read(0, all, RequestFlags.NONE);
        return all.array();
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        byte[] content = new byte[src.remaining()];
        src.get(content);
        size = Math.max(size, offset + content.length);
        put(offset, content);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        throw BlockException.unsupported("write zeroes");
    }

    @Override
    public void discard(long offset, long bytes) {
        // A hint.
    }

    @Override
    public void truncate(long newSize, Preallocation mode, RequestFlags flags) {
        size = newSize;
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
        Extent extent = extent(offset, bytes);
        return new BlockStatus.Data(extent.bytes(), Optional.empty(), extent.readsAsZeroes());
    }

    @Override
    public ImageInfo info() {
        long actual = (long) pages.size() * PAGE;
        return new ImageInfo("stored-file", size, OptionalLong.of(actual), OptionalLong.empty(), Optional.empty(),
                false, Map.of());
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        throw BlockException.unsupported("this image format does not support checks");
    }
}
