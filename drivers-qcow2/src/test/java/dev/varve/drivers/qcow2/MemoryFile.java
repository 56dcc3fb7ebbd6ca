// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

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
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A growable file in memory, sparse, as the edge that a driver would get. Remembers what was not flushed if asked. */
public final class MemoryFile implements BlockChild {
    private static final int PAGE = 4096;

    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    private final List<Write> journal = new ArrayList<>();
    private final Set<ChildRole> roles;
    private long size;
    private boolean recording;
    private boolean attached = true;
    private int flushes;
    private int failWritesAfter = Integer.MAX_VALUE;
    private long reads;
    private long discarded;
    private volatile LongConsumer beforeRead = offset -> { };

    /** One change: bytes at an offset, or a flush where there are none. */
    public record Write(long offset, byte[] bytes) {
        static final Write FLUSH = new Write(-1, new byte[0]);
    }

    /** An empty file, the storage of an image. */
    public MemoryFile() {
        this(Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY));
    }

    private MemoryFile(Set<ChildRole> roles) {
        this.roles = roles;
    }

    /** A backing file with this content. */
    public static MemoryFile backing(byte[] content) throws IOException {
        MemoryFile file = new MemoryFile(Set.of(ChildRole.COW));
        file.put(0, ByteBuffer.wrap(content));
        return file;
    }

    /** A backing edge without a node. */
    public static MemoryFile nothing() {
        MemoryFile file = new MemoryFile(Set.of(ChildRole.COW));
        file.attached = false;
        return file;
    }

    /** A copy of the content. */
    public synchronized MemoryFile copy() {
        MemoryFile copy = new MemoryFile(roles);
        pages.forEach((number, page) -> copy.pages.put(number, page.clone()));
        copy.size = size;
        return copy;
    }

    /** From now on writes and flushes are remembered. */
    public synchronized void record() {
        recording = true;
        journal.clear();
    }

    /** What was remembered. */
    public synchronized List<Write> journal() {
        return List.copyOf(journal);
    }

    /** How many flushes there were. */
    public synchronized int flushes() {
        return flushes;
    }

    /** How many reads there were. */
    public synchronized long reads() {
        return reads;
    }

    /** How many bytes were discarded. */
    public synchronized long discarded() {
        return discarded;
    }

    /** Is called with the offset before each read, by the thread that reads. */
    public void beforeRead(LongConsumer action) {
        beforeRead = action;
    }

    /** Writes fail after so many more. */
    public synchronized void failWritesAfter(int writes) {
        failWritesAfter = writes;
    }

    /** Applies a remembered write. */
    public synchronized void replay(Write write) {
        put(write.offset(), ByteBuffer.wrap(write.bytes()));
    }

    /** Writes the content into a real file. */
    public synchronized void dump(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
                long begin = page.getKey() * PAGE;
                if (begin < size) {
                    channel.write(ByteBuffer.wrap(page.getValue(), 0, (int) Math.min(PAGE, size - begin)), begin);
                }
            }
            if (channel.size() < size) {
                channel.write(ByteBuffer.allocate(1), size - 1);
            }
        }
    }

    /** Reads a real file. */
    public static MemoryFile load(Path path) throws IOException {
        MemoryFile file = new MemoryFile();
        file.put(0, ByteBuffer.wrap(java.nio.file.Files.readAllBytes(path)));
        return file;
    }

    private void put(long offset, ByteBuffer src) {
        long at = offset;
        while (src.hasRemaining()) {
            byte[] page = pages.computeIfAbsent(at / PAGE, number -> new byte[PAGE]);
            int in = (int) (at % PAGE);
            int now = Math.min(PAGE - in, src.remaining());
            src.get(page, in, now);
            at += now;
        }
        size = Math.max(size, at);
    }

    @Override
    public synchronized long size() {
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
        beforeRead.accept(offset);
        readNow(offset, dst);
    }

    private synchronized void readNow(long offset, ByteBuffer dst) throws IOException {
        if (!roles.contains(ChildRole.COW) && offset + dst.remaining() > size) {
            throw new BlockException(ErrorKind.IO, "read of " + dst.remaining() + " bytes at " + offset
                    + " behind the end at " + size);
        }
        reads++;
        long at = offset;
        while (dst.hasRemaining()) {
            byte[] page = at < size ? pages.get(at / PAGE) : null;
            int in = (int) (at % PAGE);
            int now = Math.min(PAGE - in, dst.remaining());
            if (page == null) {
                dst.put(new byte[now]);
            } else {
                dst.put(page, in, now);
            }
            at += now;
        }
    }

    @Override
    public synchronized void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        if (failWritesAfter-- <= 0) {
            failWritesAfter = 0;
            throw new BlockException(ErrorKind.IO, "injected write failure");
        }
        if (offset < 0 || offset > 1L << 56) {
            throw new IllegalArgumentException("write at " + offset);
        }
        if (recording) {
            byte[] bytes = new byte[src.remaining()];
            src.get(src.position(), bytes);
            journal.add(new Write(offset, bytes));
        }
        put(offset, src);
    }

    @Override
    public synchronized void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        for (long at = offset; at < offset + bytes; at += PAGE) {
            write(at, ByteBuffer.allocate((int) Math.min(PAGE, offset + bytes - at)), flags);
        }
    }

    @Override
    public synchronized void discard(long offset, long bytes) throws IOException {
        discarded += bytes;
        // Garbage shows whoever relies on what was discarded.
        byte[] garbage = new byte[(int) bytes];
        java.util.Arrays.fill(garbage, (byte) 0xdd);
        write(offset, ByteBuffer.wrap(garbage), RequestFlags.NONE);
    }

    @Override
    public synchronized void truncate(long newSize, Preallocation mode, RequestFlags flags) throws IOException {
        if (newSize < size) {
            pages.tailMap((newSize + PAGE - 1) / PAGE, true).clear();
            byte[] last = pages.get(newSize / PAGE);
            if (last != null) {
                java.util.Arrays.fill(last, (int) (newSize % PAGE), PAGE, (byte) 0);
            }
        }
        size = newSize;
    }

    @Override
    public synchronized void flush() {
        flushes++;
        if (recording) {
            journal.add(Write.FLUSH);
        }
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
        return new BlockStatus.Data(bytes, Optional.empty(), false);
    }

    @Override
    public ImageInfo info() {
        return ImageInfo.plain("memory", size());
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        throw BlockException.unsupported("no check");
    }

    @Override
    public String name() {
        return roles.contains(ChildRole.COW) ? "backing" : "file";
    }

    @Override
    public Set<ChildRole> roles() {
        return roles;
    }

    @Override
    public Permissions permissions() {
        return Permissions.READ_WRITE;
    }

    @Override
    public boolean isAttached() {
        return attached;
    }

    @Override
    public Optional<NodeName> node() {
        return attached ? Optional.of(new NodeName("memory")) : Optional.empty();
    }

    @Override
    public boolean isFrozen() {
        return false;
    }

    @Override
    public Extent extent(long offset, long bytes) {
        return new Extent(offset, bytes, Extent.Content.DATA, true, 0, new NodeName("memory"), Optional.empty());
    }

    @Override
    public int depthOf(NodeName layer) {
        return -1;
    }
}
