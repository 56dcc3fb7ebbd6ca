// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that hold what the child does not yet. They are no part of what the eviction policy sees: a block leaves when
 * it has been written to the child, and then becomes a clean one. Thread-safe; a block is looked up and held by whoever
 * holds its lock.
 *
 * <p>After a failed write nothing more is written: what is in memory stays there and can be read, changes and flushes
 * are refused with kind POISONED until the node is opened again.
 */
final class DirtyBlocks {
    private static final int LONGEST_WRITE = 1 << 20;

    private final BlockChild child;
    private final CacheSettings settings;
    private final BlockLocks locks;
    private final CleanBlocks clean;
    private final Statistics statistics;
    private final long runBlocks;
    private final ConcurrentSkipListMap<Long, Dirty> blocks = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock roomLock = new ReentrantLock();
    private volatile @Nullable IOException failure;

    /** A block of which the bytes {@code from} to {@code to} have to be written. */
    private record Dirty(byte[] data, int from, int to) {}

    DirtyBlocks(BlockChild child, CacheSettings settings, BlockLocks locks, CleanBlocks clean,
            Statistics statistics) {
        this.child = child;
        this.settings = settings;
        this.locks = locks;
        this.clean = clean;
        this.statistics = statistics;
        this.runBlocks = Math.max(1, LONGEST_WRITE / settings.blockBytes());
    }

    byte @Nullable [] find(long block) {
        Dirty dirty = blocks.get(block);
        return dirty == null ? null : dirty.data;
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    long bytes() {
        return bytes.get();
    }

    /** The first dirty block from this one on, or null. */
    @Nullable Long next(long block) {
        return blocks.ceilingKey(block);
    }

    /** Refuses to go on after a failure. */
    void requireSound() throws BlockException {
        IOException cause = failure;
        if (cause != null) {
            throw new BlockException(ErrorKind.POISONED, "writing back failed earlier, " + bytes.get()
                    + " bytes were not written: " + cause.getMessage(), cause);
        }
    }

    /** Holds a block of which a part has just been changed. */
    void hold(long block, byte[] data, int from, int to) {
        Dirty before = blocks.get(block);
        if (before == null) {
            bytes.addAndGet(data.length);
            blocks.put(block, new Dirty(data, from, to));
        } else {
            blocks.put(block, new Dirty(data, Math.min(from, before.from), Math.max(to, before.to)));
        }
    }

    /** Writes all of them where there are too many. A failure is told by the next flush. */
    void makeRoom() {
        if (bytes.get() <= settings.dirtyBytes() || failure != null) {
            return;
        }
        roomLock.lock();
        try {
            if (bytes.get() > settings.dirtyBytes()) {
                writeQuietly();
            }
        } finally {
            roomLock.unlock();
        }
    }

    /** Writes all of them; a failure is told by the next flush. No lock of a block may be held. */
    void writeQuietly() {
        try {
            write();
        } catch (IOException e) {
            // Kept in `failure` by whoever found it.
            return;
        }
    }

    /** Writes all that were dirty when it was called. No lock of a block may be held. */
    void write() throws IOException {
        Long block = blocks.isEmpty() ? null : blocks.ceilingKey(0L);
        while (block != null) {
            long last = block + runBlocks - 1;
            locks.lock(block, last);
            try {
                write(block, last);
            } finally {
                locks.unlock(block, last);
            }
            block = blocks.higherKey(last);
        }
        requireSound();
    }

    /** Writes those among {@code first} to {@code last}, whose locks are held. */
    void write(long first, long last) throws IOException {
        if (blocks.isEmpty()) {
            return;
        }
        List<Map.Entry<Long, Dirty>> run = new ArrayList<>();
        for (Map.Entry<Long, Dirty> next : blocks.subMap(first, true, last, true).entrySet()) {
            if (!run.isEmpty() && (!adjoins(run.getLast(), next) || run.size() == runBlocks)) {
                writeRun(run);
                run.clear();
            }
            run.add(next);
        }
        if (!run.isEmpty()) {
            writeRun(run);
        }
    }

    private boolean adjoins(Map.Entry<Long, Dirty> before, Map.Entry<Long, Dirty> next) {
        return before.getKey() + 1 == next.getKey() && before.getValue().to == settings.blockBytes()
                && next.getValue().from == 0;
    }

    private void writeRun(List<Map.Entry<Long, Dirty>> run) throws IOException {
        requireSound();
        ByteBuffer data = ByteBuffer.allocate(run.stream().map(Map.Entry::getValue)
                .mapToInt(dirty -> dirty.to - dirty.from).sum());
        for (Map.Entry<Long, Dirty> entry : run) {
            Dirty dirty = entry.getValue();
            data.put(dirty.data, dirty.from, dirty.to - dirty.from);
        }
        long epoch = clean.epoch();
        try {
            child.write(run.getFirst().getKey() * settings.blockBytes() + run.getFirst().getValue().from,
                    data.flip(), RequestFlags.NONE);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        for (Map.Entry<Long, Dirty> entry : run) {
            blocks.remove(entry.getKey());
            bytes.addAndGet(-entry.getValue().data.length);
            clean.put(entry.getKey(), entry.getValue().data, epoch);
            statistics.writtenBack().increment();
        }
    }
}
