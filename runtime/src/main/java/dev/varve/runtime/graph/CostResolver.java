// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.ReadCost;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.ChainFilterNode;
import dev.varve.api.spi.ChainFilterNode.Cost;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FrozenChain;
import java.io.IOException;

/** Resolves an extent and counts who was asked for it. Confined to one call. */
final class CostResolver extends ExtentResolver {
    private boolean indexed;
    private boolean unknown;
    private int layersAsked;

    private CostResolver(NodeHandle top, long offset, long bytes) {
        super(top, offset, bytes, Effort.FIND_ZEROES, Integer.MAX_VALUE);
    }

    /** The extent at {@code offset}, and what a read of it costs. */
    static ReadCost cost(NodeHandle top, long offset, long bytes) throws IOException {
        CostResolver resolver = new CostResolver(top, offset, bytes);
        Extent extent = resolver.resolve();
        return new ReadCost(extent, resolver.indexed, resolver.indexed && !resolver.unknown, resolver.layersAsked);
    }

    @Override
    ChainFilterNode.Decision decision(ChainFilterNode filter, FrozenChain chain) throws IOException {
        Cost cost = filter.cost(chain, offset());
        if (cost.known()) {
            indexed = true;
            return super.decision(filter, chain);
        }
        long scans = filter.counters().layerScans();
        ChainFilterNode.Decision decision = super.decision(filter, chain);
        // A filter that still does not know leaves it to the layers, which are counted as they are asked.
        if (decision.status().isPresent() || filter.cost(chain, offset()).known()) {
            indexed = true;
            unknown = true;
            // The filter stops where all is found, but may meanwhile have asked for others too.
            layersAsked += (int) Math.min(cost.layersToAsk(), filter.counters().layerScans() - scans);
        }
        return decision;
    }

    @Override
    BlockStatus ask() throws IOException {
        if (isAtLayer()) {
            layersAsked++;
        }
        return super.ask();
    }
}
