// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.spi.ChainFilterNode;

/**
 * What requests have cost since a graph was made.
 *
 * @param requests requests of backends
 * @param insertedVisits nodes that were asked whether a medium is inserted; requests on an unchanged graph add none
 * @param layerVisits layers that reads and status queries asked beyond the first
 * @param chains what the indexes of collapsed chains have done, and the bytes they hold now
 */
public record GraphCounters(long requests, long insertedVisits, long layerVisits, ChainFilterNode.Counters chains) {
    /**
     * What was added since an earlier moment.
     *
     * @param earlier counters of the same graph
     * @return the differences
     */
    public GraphCounters since(GraphCounters earlier) {
        return new GraphCounters(requests - earlier.requests, insertedVisits - earlier.insertedVisits,
                layerVisits - earlier.layerVisits, chains.since(earlier.chains));
    }
}
