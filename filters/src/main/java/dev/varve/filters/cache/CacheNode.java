// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.SpiLevel;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers from memory what it has read or written before. */
final class CacheNode extends FilterNode {
    /*
     * A block is looked up, read, changed and written back by whoever holds its lock, so that two requests for one
     * block see each other whole. A request holds the locks of its blocks while it waits for the child: a second
     * reader of a block that is being read waits for it and finds it.
     *
     * What is not a plain write (zeroes, discards, compressed and unchanged writes, what moves the end) goes to the
     * child at once in either mode: dirty blocks of its range first, and nothing of the range is kept afterwards.
     */
    private static final int LONGEST_READ = 4 << 20;

    private final CacheSettings settings;
    private final int blockBytes;
    private final Statistics statistics = new Statistics();
    private final BlockLocks locks = new BlockLocks();
    private final Streams streams = new Streams();
    private final CleanBlocks clean;
    private final DirtyBlocks dirty;

    /** Something that the child is asked for. */
    @FunctionalInterface
    interface Request {
        void run() throws IOException;
    }

    CacheNode(BlockChild filtered, CacheSettings settings) {
        super(filtered, SpiLevel.V1_1);
        this.settings = settings;
        this.blockBytes = settings.blockBytes();
        this.clean = new CleanBlocks(settings, statistics.evictions());
        this.dirty = new DirtyBlocks(filtered, settings, locks, clean, statistics);
    }

    /** What is in memory can be read in any shape. */
    @Override
    public BlockLimits limits() {
        return filtered().limits().withAlignment(1, 1);
    }

    /** A write that waits in memory is not on stable storage: the edge above flushes for it. */
    @Override
    public SupportedFlags supportedFlags() {
        SupportedFlags below = filtered().supportedFlags();
        return settings.writeBack()
                ? new SupportedFlags(below.write().without(RequestFlags.FUA), below.writeZeroes()) : below;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        int ahead = streams.goesOn(offset, dst.remaining()) ? settings.readAhead() : 0;
        long end = offset + dst.remaining();
        long position = offset;
        while (position < end) {
            int piece = readHeld(position, dst);
            position += piece > 0 ? piece : fill(position, end, ahead, dst);
        }
    }

    /** Reads from the block at a position, if it is in memory. */
    private int readHeld(long position, ByteBuffer dst) {
        long block = position / blockBytes;
        locks.lock(block);
        try {
            return copyHeld(block, (int) (position % blockBytes), dst);
        } finally {
            locks.unlock(block);
        }
    }

    private int copyHeld(long block, int from, ByteBuffer dst) {
        byte[] data = find(block);
        if (data == null || data.length <= from) {
            return 0;
        }
        int piece = Math.min(dst.remaining(), data.length - from);
        dst.put(data, from, piece);
        statistics.hits().increment();
        return piece;
    }

    private byte @Nullable [] find(long block) {
        byte[] data = dirty.find(block);
        return data != null ? data : clean.find(block);
    }

    /** Reads the blocks that are missing from a position on, and some beyond {@code end}, in one request. */
    private int fill(long position, long end, int ahead, ByteBuffer dst) throws IOException {
        long size = filtered().size();
        long wanted = Math.min(end, position + LONGEST_READ);
        long first = position / blockBytes;
        long last = (Math.max(wanted, Math.min(size, wanted + ahead)) - 1) / blockBytes;
        locks.lock(first, last);
        try {
            int held = copyHeld(first, (int) (position % blockBytes), dst);
            if (held > 0) {
                return held;
            }
            long until = Math.min(size, (first + missing(first, last)) * blockBytes);
            boolean inside = position < until;
            int piece = (int) ((inside ? Math.min(wanted, until) : wanted) - position);
            if (!inside || !readRun(first, until, wanted, new Part(position, piece), dst)) {
                // The child ends earlier than it did, or cannot read all of the run: just what was asked for.
                readPart(position, piece, dst);
            }
            return piece;
        } finally {
            locks.unlock(first, last);
        }
    }

    /** What of a run somebody has asked for. */
    private record Part(long position, int bytes) {}

    private long missing(long first, long last) {
        long block = first + 1;
        while (block <= last && dirty.find(block) == null && !clean.contains(block)) {
            block++;
        }
        return block - first;
    }

    private boolean readRun(long first, long until, long wanted, Part part, ByteBuffer dst) throws IOException {
        long start = first * blockBytes;
        byte[] bytes = new byte[(int) (until - start)];
        long epoch = clean.epoch();
        statistics.requests().increment();
        try {
            filtered().read(start, ByteBuffer.wrap(bytes), RequestFlags.NONE);
        } catch (IOException e) {
            if (part.position == start && part.bytes == bytes.length) {
                throw e;
            }
            return false;
        }
        for (int from = 0; from < bytes.length; from += blockBytes) {
            byte[] data = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + blockBytes));
            if (start + from < wanted) {
                clean.put((start + from) / blockBytes, data, epoch);
                statistics.misses().increment();
            } else {
                clean.putAhead((start + from) / blockBytes, data, epoch);
                statistics.ahead().increment();
            }
        }
        dst.put(bytes, (int) (part.position - start), part.bytes);
        return true;
    }

    private void readPart(long position, int bytes, ByteBuffer dst) throws IOException {
        int limit = dst.limit();
        filtered().read(position, dst.limit(dst.position() + bytes), RequestFlags.NONE);
        dst.limit(limit);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        long end = offset + src.remaining();
        boolean plain = !flags.has(RequestFlags.COMPRESSED) && !flags.has(RequestFlags.WRITE_UNCHANGED);
        if (!plain || end > filtered().size()) {
            through(offset, end, () -> filtered().write(offset, src, flags));
        } else if (settings.writeBack()) {
            hold(offset, src);
        } else {
            writeThrough(offset, src, flags);
        }
    }

    private void writeThrough(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        long first = offset / blockBytes;
        long last = (offset + src.remaining() - 1) / blockBytes;
        ByteBuffer content = src.duplicate();
        boolean done = false;
        locks.lock(first, last);
        try {
            filtered().write(offset, src, flags);
            refresh(offset, content);
            done = true;
        } finally {
            if (!done) {
                clean.forget(first, last);
            }
            locks.unlock(first, last);
        }
    }

    /** Brings the blocks that are in memory up to date. */
    private void refresh(long offset, ByteBuffer content) {
        long position = offset;
        while (content.hasRemaining()) {
            int from = (int) (position % blockBytes);
            int piece = Math.min(content.remaining(), blockBytes - from);
            byte[] data = clean.find(position / blockBytes);
            if (data != null && data.length >= from + piece) {
                content.get(data, from, piece);
            } else {
                clean.forget(position / blockBytes, position / blockBytes);
                content.position(content.position() + piece);
            }
            position += piece;
        }
    }

    /** Keeps the bytes of a write until they are written back. */
    private void hold(long offset, ByteBuffer src) throws IOException {
        long position = offset;
        while (src.hasRemaining()) {
            dirty.requireSound();
            long block = position / blockBytes;
            int from = (int) (position % blockBytes);
            int piece = Math.min(src.remaining(), blockBytes - from);
            locks.lock(block);
            try {
                byte[] data = whole(block, from, piece);
                src.get(data, from, piece);
                clean.forget(block, block);
                dirty.hold(block, data, from, from + piece);
            } finally {
                locks.unlock(block);
            }
            dirty.makeRoom();
            position += piece;
        }
    }

    /** The block as it is, or any bytes where all of them are about to be written. */
    private byte[] whole(long block, int from, int piece) throws IOException {
        long start = block * blockBytes;
        int length = (int) Math.min(blockBytes, filtered().size() - start);
        byte[] data = find(block);
        if (data != null && data.length == length) {
            return data;
        }
        byte[] fresh = new byte[length];
        if (from > 0 || piece < length) {
            statistics.requests().increment();
            filtered().read(start, ByteBuffer.wrap(fresh), RequestFlags.NONE);
        }
        return fresh;
    }

    /** Asks the child at once, after what is dirty in the range was written; nothing of the range is kept. */
    private void through(long from, long end, Request request) throws IOException {
        // What lies between an end that moves and the range changes too.
        long first = Math.min(from, filtered().size()) / blockBytes;
        long last = (end - 1) / blockBytes;
        locks.lock(first, last);
        try {
            dirty.requireSound();
            dirty.write(first, last);
            request.run();
        } finally {
            clean.forget(first, last);
            locks.unlock(first, last);
        }
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        through(offset, offset + bytes, () -> super.writeZeroes(offset, bytes, flags));
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        through(offset, offset + bytes, () -> super.discard(offset, bytes));
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        through(size, Long.MAX_VALUE, () -> super.truncate(size, mode, flags));
    }

    @Override
    public void flush() throws IOException {
        dirty.write();
        super.flush();
    }

    /** Dirty blocks are data that the child does not know of; the child answers for all others. */
    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        Long block = dirty.isEmpty() ? null : dirty.next(offset / blockBytes);
        if (block == null || block * blockBytes >= offset + bytes) {
            return super.blockStatus(offset, bytes, effort);
        }
        long start = block * blockBytes;
        if (start > offset) {
            return super.blockStatus(offset, start - offset, effort);
        }
        return new BlockStatus.Data(Math.min(bytes, start + blockBytes - offset), Optional.empty(), false);
    }

    @Override
    public ImageInfo info() throws IOException {
        ImageInfo below = super.info();
        Map<String, Object> specific = new LinkedHashMap<>(below.specific());
        specific.put("cache", statistics.told(clean.bytes() + dirty.bytes(), dirty.bytes()));
        return new ImageInfo(below.filename(), below.size(), below.actualSize(), below.clusterSize(),
                below.backing(), below.state(), below.snapshots(), specific);
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        writeBack();
        return super.check(findings);
    }

    @Override
    public ImageOperations operations() throws IOException {
        return new CachedOperations(super.operations(), this);
    }

    /** Lets the child hold everything. */
    void writeBack() throws IOException {
        dirty.write();
    }

    /** Lets the cache hold nothing that the child has told. */
    void forget() {
        clean.forgetAll();
    }

    /** Asked anew whenever the graph or a medium has changed: what lies below may be another disk. */
    @Override
    public boolean isInserted() {
        forget();
        return true;
    }

    /** The graph may be about to change: what lies below and beside the node has to be complete. */
    @Override
    public void drainBegin() {
        dirty.writeQuietly();
    }

    @Override
    public void close() throws IOException {
        try {
            if (!dirty.isEmpty()) {
                flush();
            }
        } finally {
            forget();
        }
    }
}
