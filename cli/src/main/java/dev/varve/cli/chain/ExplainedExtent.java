// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.ReadCost;
import java.io.IOException;

/**
 * A run of the disk with what it costs to find out who holds it.
 *
 * @param extent who holds what, and where
 * @param now what the next read does
 * @param again what the read after that does
 */
public record ExplainedExtent(Extent extent, ReadEffort now, ReadEffort again) {
    /**
     * Explains what begins at an offset.
     *
     * @param disk the disk; its indexes know the range afterwards
     * @param offset where to begin
     * @param bytes how much is asked for
     * @return a part of it, at least 1 byte
     * @throws IOException if metadata cannot be read
     */
    public static ExplainedExtent at(BlockBackend disk, long offset, long bytes) throws IOException {
        ReadCost now = disk.readCost(offset, bytes);
        ReadCost again = disk.readCost(offset, now.extent().bytes());
        return new ExplainedExtent(now.extent(), ReadEffort.of(now), ReadEffort.of(again));
    }

    /**
     * Tells whether another run continues this one.
     *
     * @param next the run that follows
     * @return true where both can be told as one
     */
    public boolean continuedBy(ExplainedExtent next) {
        return extent.continuedBy(next.extent);
    }

    /**
     * This run and the one that continues it.
     *
     * @param next a run for which {@link #continuedBy} holds
     * @return both as one
     */
    public ExplainedExtent joinedWith(ExplainedExtent next) {
        return new ExplainedExtent(extent.joinedWith(next.extent), now.plus(next.now), again.plus(next.again));
    }

    /**
     * How many layers a read asks without an index.
     *
     * @return the owner and those above it
     */
    public long layersWithoutIndex() {
        return extent.depth() + 1L;
    }
}
