// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.io.IOException;
import java.util.Optional;

/**
 * Base of filters that answer for a whole backing chain at once. While {@link BlockChild#frozenChain} of the filtered
 * edge gives a chain, the runtime asks {@link #decide} instead of one layer after the other; a read of the filter
 * transfers what the chain reads as.
 */
public abstract class ChainFilterNode extends FilterNode {
    /**
     * What filters have done and hold.
     *
     * @param hits runs that were found in memory
     * @param builds times that something had to be found out
     * @param layerScans parts of layers that were asked for it
     * @param evictions parts that were dropped to stay within the budget
     * @param bytes memory held now
     */
    public record Counters(long hits, long builds, long layerScans, long evictions, long bytes) {
        /** Nothing yet. */
        public static final Counters NONE = new Counters(0, 0, 0, 0, 0);

        /**
         * The sum of two.
         *
         * @param other counters of another filter
         * @return each added
         */
        public Counters plus(Counters other) {
            return new Counters(hits + other.hits, builds + other.builds, layerScans + other.layerScans,
                    evictions + other.evictions, bytes + other.bytes);
        }

        /**
         * What was added since an earlier moment.
         *
         * @param earlier counters of the same filters
         * @return the differences; the memory held now
         */
        public Counters since(Counters earlier) {
            return new Counters(hits - earlier.hits, builds - earlier.builds, layerScans - earlier.layerScans,
                    evictions - earlier.evictions, bytes);
        }
    }

    /**
     * Which layer decides over a range.
     *
     * @param height of the layer in the chain, 0 for the lowest
     * @param bytes for how long, at least 1
     * @param status what the layer says, as {@link Effort#ALLOCATION_ONLY} has it: {@code Unallocated} where the walk
     *        ends at this layer because nothing is below or the next layer is too short; empty where the layer itself
     *        has to be asked, and those below it if it holds nothing
     */
    public record Decision(int height, long bytes, Optional<BlockStatus> status) {}

    /**
     * What a read costs now.
     *
     * @param known whether the range is in memory
     * @param layersToAsk how many layers would have to be asked to know it, 0 if it is known
     */
    public record Cost(boolean known, int layersToAsk) {}

    /**
     * For subclasses.
     *
     * @param filtered the edge to the topmost layer
     * @param writtenFor the newest level of operations that the filter's author knew
     */
    protected ChainFilterNode(BlockChild filtered, SpiLevel writtenFor) {
        super(filtered, writtenFor);
    }

    /**
     * Which layer decides over the content at an offset.
     *
     * @param chain what the filtered edge gives as its frozen chain
     * @param offset where to begin, less than the size
     * @param bytes how much is asked for, at least 1, inside the size
     * @return the decision; at most {@code bytes}
     * @throws IOException if a layer's metadata cannot be read
     */
    public abstract Decision decide(FrozenChain chain, long offset, long bytes) throws IOException;

    /**
     * What it would cost to read at an offset now. Changes nothing.
     *
     * @param chain what the filtered edge gives as its frozen chain
     * @param offset less than the size
     * @return the cost
     * @throws IOException if a layer's metadata cannot be read
     */
    public abstract Cost cost(FrozenChain chain, long offset) throws IOException;

    /**
     * What the filter has done since it was opened, and the memory it holds.
     *
     * @return a snapshot
     */
    public abstract Counters counters();
}
