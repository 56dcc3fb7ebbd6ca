// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.graph.NodeView;
import java.util.OptionalLong;

/**
 * What one layer is to the disk.
 *
 * @param depth the layer's number, 0 for the active one
 * @param node the layer
 * @param info what its image tells
 * @param owned bytes of the visible disk that it decides
 * @param stored how many of those take up storage
 * @param inVain bytes of the disk for which it is asked without an index and holds nothing
 */
public record LayerAccount(int depth, NodeView node, ImageInfo info, long owned, long stored, long inVain) {
    /**
     * The name of the layer's file.
     *
     * @return the node's name where it has no file
     */
    public String name() {
        return node.filename().isEmpty() ? node.name().value() : node.filename();
    }

    /**
     * What the layer takes in storage and nobody sees any more: what its file occupies, less what is visible of it.
     * The layer's own tables count as that too, and compressed data makes it too small.
     *
     * @return at least 0; empty where it is not known what the file occupies
     */
    public OptionalLong hidden() {
        return info.actualSize().isEmpty() ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, info.actualSize().getAsLong() - stored));
    }
}
