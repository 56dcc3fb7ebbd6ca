// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that the child holds as well, so that each may leave at any time. Thread-safe; a block is looked up and put
 * by whoever holds its lock, and its bytes are changed under that lock alone.
 */
final class CleanBlocks {
    /*
     * Blocks read ahead stay out of the eviction policy until they are read: it judges by use, and would let go of
     * what nobody has used yet first.
     *
     * What is read from the child while all is forgotten may be older than that. So whoever puts a block says which
     * epoch he began to read in, and takes it out again where another one has begun meanwhile.
     */
    private static final long FEW = 1024;

    private final Cache<Long, byte[]> used;
    private final long aheadBytes;
    private final ReentrantLock aheadLock = new ReentrantLock();
    private final Map<Long, byte[]> ahead = new LinkedHashMap<>();
    private volatile long bytesAhead;
    private final AtomicLong epoch = new AtomicLong();

    CleanBlocks(CacheSettings settings, LongAdder evictions) {
        this.aheadBytes = settings.aheadBytes();
        this.used = Caffeine.newBuilder().executor(Runnable::run).maximumWeight(settings.cleanBytes())
                .weigher((Long block, byte[] data) -> data.length)
                .evictionListener((block, data, cause) -> evictions.increment()).build();
    }

    /** To be read before the child is. */
    long epoch() {
        return epoch.get();
    }

    byte @Nullable [] find(long block) {
        byte[] data = used.getIfPresent(block);
        return data != null || bytesAhead == 0 ? data : takeAhead(block);
    }

    private byte @Nullable [] takeAhead(long block) {
        byte[] data = removeAhead(block);
        if (data != null) {
            used.put(block, data);
        }
        return data;
    }

    private byte @Nullable [] removeAhead(long block) {
        aheadLock.lock();
        try {
            byte[] data = ahead.remove(block);
            if (data != null) {
                bytesAhead -= data.length;
            }
            return data;
        } finally {
            aheadLock.unlock();
        }
    }

    boolean contains(long block) {
        if (used.asMap().containsKey(block)) {
            return true;
        }
        aheadLock.lock();
        try {
            return ahead.containsKey(block);
        } finally {
            aheadLock.unlock();
        }
    }

    void put(long block, byte[] data, long since) {
        used.put(block, data);
        if (epoch.get() != since) {
            used.invalidate(block);
        }
    }

    void putAhead(long block, byte[] data, long since) {
        aheadLock.lock();
        try {
            if (epoch.get() == since && ahead.putIfAbsent(block, data) == null) {
                bytesAhead += data.length;
            }
            Iterator<byte[]> oldest = ahead.values().iterator();
            while (bytesAhead > aheadBytes && oldest.hasNext()) {
                bytesAhead -= oldest.next().length;
                oldest.remove();
            }
        } finally {
            aheadLock.unlock();
        }
    }

    /** Lets go of the blocks {@code first} to {@code last}. */
    void forget(long first, long last) {
        if (last - first < FEW) {
            for (long block = first; block <= last; block++) {
                used.invalidate(block);
                if (bytesAhead > 0) {
                    removeAhead(block);
                }
            }
            return;
        }
        used.asMap().keySet().removeIf(block -> block >= first && block <= last);
        aheadLock.lock();
        try {
            ahead.keySet().removeIf(block -> block >= first && block <= last);
            bytesAhead = ahead.values().stream().mapToLong(data -> data.length).sum();
        } finally {
            aheadLock.unlock();
        }
    }

    /** Lets go of everything, and of what is being read from the child at this moment. */
    void forgetAll() {
        epoch.incrementAndGet();
        used.invalidateAll();
        aheadLock.lock();
        try {
            ahead.clear();
            bytesAhead = 0;
        } finally {
            aheadLock.unlock();
        }
    }

    long bytes() {
        long inUse = used.policy().eviction().map(policy -> policy.weightedSize()).orElse(OptionalLong.empty())
                .orElse(0);
        return inUse + bytesAhead;
    }
}
