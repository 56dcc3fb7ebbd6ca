// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.Extent;

/**
 * What a read costs that begins where an extent begins.
 *
 * @param extent what answers it, as far as one look tells: neighbours that tell the same are not joined
 * @param indexed whether an index of a frozen chain took part
 * @param known whether the index knew the answer without asking a layer
 * @param layersAsked how many layers were asked, one after the other or for the index
 */
public record ReadCost(Extent extent, boolean indexed, boolean known, int layersAsked) {
    /**
     * How many layers are asked without an index: the owner and all above it.
     *
     * @return at least 1
     */
    public int layersWithoutIndex() {
        return extent.depth() + 1;
    }
}
