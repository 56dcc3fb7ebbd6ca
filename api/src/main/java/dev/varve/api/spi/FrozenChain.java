// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/**
 * The layers of a backing chain at a time when nobody may change them. Two edges, or one edge at two moments, give the
 * same instance exactly if nothing that was read in between can read differently.
 */
public interface FrozenChain {
    /**
     * The number of layers.
     *
     * @return at least 1
     */
    int length();

    /**
     * A layer by its height, so that an overlay on top changes no number.
     *
     * @param height 0 for the lowest layer, {@code length() - 1} for the topmost
     * @return the layer
     */
    ChainLayer layer(int height);
}
