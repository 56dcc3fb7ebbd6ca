// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.ChainFilterNode;
import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.FrozenChain;
import dev.varve.api.spi.SpiLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers reads and status queries from an index of the chain below while that is frozen; otherwise forwards, and the
 * chain is walked.
 */
final class ChainCollapseNode extends ChainFilterNode {
    private final IndexSettings settings;
    private final Statistics statistics = new Statistics();
    private final ReentrantLock changeLock = new ReentrantLock();
    private volatile @Nullable Indexed indexed;

    /**
     * An index with the versions of the layers that it accounts for.
     *
     * @param chain of the index
     * @param index null where the chain cannot be indexed
     * @param versions by height
     */
    private record Indexed(FrozenChain chain, @Nullable ChainIndex index, long[] versions) {}

    ChainCollapseNode(BlockChild filtered, IndexSettings settings) {
        super(filtered, SpiLevel.V1_1);
        this.settings = settings;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        Optional<FrozenChain> chain = filtered().frozenChain();
        ChainIndex index = chain.isPresent() ? index(chain.get()) : null;
        if (index == null) {
            super.read(offset, dst, flags);
        } else {
            index.read(offset, dst);
        }
    }

    @Override
    public Decision decide(FrozenChain chain, long offset, long bytes) throws IOException {
        ChainIndex index = index(chain);
        return index == null ? new Decision(chain.length() - 1, bytes, Optional.empty()) : index.decide(offset, bytes);
    }

    @Override
    public Cost cost(FrozenChain chain, long offset) throws IOException {
        ChainIndex index = index(chain);
        return index == null ? new Cost(false, chain.length()) : index.cost(offset);
    }

    @Override
    public Counters counters() {
        Indexed now = indexed;
        return statistics.counters(now == null || now.index == null ? 0 : now.index.bytes());
    }

    /** The index for a chain, which is the present one until the chain changes. */
    private @Nullable ChainIndex index(FrozenChain chain) {
        Indexed now = indexed;
        return now != null && now.chain.equals(chain) ? now.index : change(chain);
    }

    private @Nullable ChainIndex change(FrozenChain chain) {
        changeLock.lock();
        try {
            Indexed before = indexed;
            if (before != null && before.chain.equals(chain)) {
                return before.index;
            }
            ChainIndex index = indexFor(chain, before);
            long[] versions = new long[chain.length()];
            for (int height = 0; height < versions.length; height++) {
                versions[height] = chain.layer(height).version();
            }
            indexed = new Indexed(chain, index, versions);
            return index;
        } finally {
            changeLock.unlock();
        }
    }

    private @Nullable ChainIndex indexFor(FrozenChain chain, @Nullable Indexed before) {
        ChainIndex old = before == null ? null : before.index;
        if (before != null && old != null) {
            IndexShape same = old.shape().withSize(chain.layer(chain.length() - 1).size());
            if (goesOn(before.chain, chain) && same.isUsable()) {
                forgetChanges(before, old, chain);
                return old.goingOn(chain, same);
            }
            old.close();
        }
        IndexShape shape = IndexShape.of(chain, settings.granularity());
        boolean usable = shape.isUsable() && chain.length() <= RunWord.MAX_HEIGHT;
        return usable ? ChainIndex.of(chain, shape, settings, statistics) : null;
    }

    /** Whether one chain is the other with none or more layers on top. */
    private static boolean goesOn(FrozenChain before, FrozenChain now) {
        if (before.length() > now.length()) {
            return false;
        }
        for (int height = 0; height < before.length(); height++) {
            if (!before.layer(height).equals(now.layer(height))) {
                return false;
            }
        }
        return true;
    }

    private static void forgetChanges(Indexed before, ChainIndex index, FrozenChain chain) {
        for (int height = 0; height < before.versions.length; height++) {
            ChainLayer layer = chain.layer(height);
            if (layer.version() != before.versions[height]) {
                Optional<List<ChainLayer.Range>> changes = layer.changesSince(before.versions[height]);
                changes.ifPresentOrElse(
                        ranges -> ranges.forEach(range -> index.forget(range.offset(), range.bytes())),
                        () -> index.forget(0, Long.MAX_VALUE));
            }
        }
    }

    @Override
    public void close() {
        changeLock.lock();
        try {
            Indexed last = indexed;
            if (last != null && last.index != null) {
                last.index.close();
            }
            indexed = null;
        } finally {
            changeLock.unlock();
        }
    }
}
