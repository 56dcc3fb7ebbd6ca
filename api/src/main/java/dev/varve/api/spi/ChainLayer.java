// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.NodeName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One layer of a {@link FrozenChain}: what it alone knows, without the layers below it. There is one instance for each
 * node, for as long as the node is open. The lowest layer of a chain may be no overlay but a raw image, a protocol or
 * a filter with more below it; it answers for all of its size. Offsets are guest offsets, all in bytes.
 */
public interface ChainLayer {
    /**
     * A part of a layer.
     *
     * @param offset where it begins
     * @param bytes its length; may reach beyond the layer's end
     */
    record Range(long offset, long bytes) {}

    /**
     * The layer's name.
     *
     * @return the node's
     */
    NodeName node();

    /**
     * The layer's virtual size. Behind it the layer above reads zeroes, whatever is below.
     *
     * @return bytes; changes only together with {@link #version}
     */
    long size();

    /**
     * The unit in which the layer holds content.
     *
     * @return bytes, or empty where it has none
     */
    OptionalLong clusterSize();

    /**
     * Counts the times that the layer was not frozen and changed.
     *
     * @return constant while the layer is frozen
     */
    long version();

    /**
     * What may read differently since an earlier version.
     *
     * @param version a value of {@link #version}
     * @return the ranges, none where nothing has changed; empty where it is not known and may be everything
     */
    Optional<List<Range>> changesSince(long version);

    /**
     * How far the layer holds nothing, as far as that costs no look into the tables of single clusters.
     *
     * @param offset where to begin, less than the size
     * @param bytes how much is asked for, at least 1
     * @return at most {@code bytes}; 0 where there may be something or that is not known
     * @throws IOException if the layer's metadata cannot be read
     */
    long emptyRun(long offset, long bytes) throws IOException;

    /**
     * Tells the status of each run of a range, in order and without gaps, as {@link BlockIo#blockStatus} does with
     * {@link Effort#ALLOCATION_ONLY}, without keeping what was read for it in memory. A layer that is no overlay tells
     * {@code SameAs} or {@code Data}.
     *
     * @param offset where to begin
     * @param bytes how much, at least 1, inside the size
     * @param statuses receives each status
     * @throws IOException if the layer's metadata cannot be read, or the layer was changed by another program; the
     *         runs before that were told
     */
    void scan(long offset, long bytes, Consumer<BlockStatus> statuses) throws IOException;

    /**
     * Reads what the disk reads from this layer on down, by asking the layers one after the other.
     *
     * @param offset where to begin; what ends behind the size reads as zeroes
     * @param dst receives the bytes
     * @throws IOException if they could not be read
     */
    void read(long offset, ByteBuffer dst) throws IOException;
}
