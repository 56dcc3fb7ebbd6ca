// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.graph.NodeView;
import java.util.ArrayList;
import java.util.List;

/** Adds up the extents of a disk by the layers that decide them. Confined to one thread. */
public final class ChainLedger {
    private final long[] owned;
    private final long[] stored;
    private final long[] nothing;
    private long extents;

    /**
     * An empty ledger.
     *
     * @param layers how many layers the chain has
     */
    public ChainLedger(int layers) {
        owned = new long[layers];
        stored = new long[layers];
        nothing = new long[layers];
    }

    /**
     * Adds an extent.
     *
     * @param extent one that was not added before
     */
    public void add(Extent extent) {
        extents++;
        // What lies below the last layer, such as the chain of an image inside a raw image, is its content.
        int depth = Math.min(extent.depth(), owned.length - 1);
        if (!extent.allocated()) {
            nothing[depth] += extent.bytes();
            return;
        }
        owned[depth] += extent.bytes();
        if (ContentWord.of(extent).isStored()) {
            stored[depth] += extent.bytes();
        }
    }

    /**
     * The sums.
     *
     * @param nodes the layers, the active one first
     * @param infos what their images tell
     * @return what was added so far
     */
    public ChainAccount account(List<NodeView> nodes, List<ImageInfo> infos) {
        List<LayerAccount> layers = new ArrayList<>();
        long unowned = 0;
        long size = 0;
        double asked = 0;
        for (int depth = 0; depth < owned.length; depth++) {
            unowned += nothing[depth];
            size += owned[depth] + nothing[depth];
            asked += (double) (owned[depth] + nothing[depth]) * (depth + 1);
        }
        long reachedBy = size;
        for (int depth = 0; depth < owned.length; depth++) {
            layers.add(new LayerAccount(depth, nodes.get(depth), infos.get(depth), owned[depth], stored[depth],
                    reachedBy - owned[depth]));
            reachedBy -= owned[depth] + nothing[depth];
        }
        return new ChainAccount(layers, size, unowned, extents, size == 0 ? 0 : asked / size);
    }
}
