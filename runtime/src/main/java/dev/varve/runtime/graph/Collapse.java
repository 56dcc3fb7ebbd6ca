// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.ChainFilterNode;

/**
 * A filter that stands for a whole frozen chain.
 *
 * @param driver the filter's
 * @param node the filter
 * @param edge its edge to the topmost layer
 */
record Collapse(BlockDriver driver, ChainFilterNode node, Edge edge) {
    // Written out, since a command puts these into sets: what the compiler makes of a record is linked then.
    @Override
    public boolean equals(Object other) {
        return other instanceof Collapse that && driver.equals(that.driver) && node.equals(that.node)
                && edge.equals(that.edge);
    }

    @Override
    public int hashCode() {
        return edge.hashCode();
    }
}
