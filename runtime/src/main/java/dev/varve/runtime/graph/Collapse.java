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
record Collapse(BlockDriver driver, ChainFilterNode node, Edge edge) {}
