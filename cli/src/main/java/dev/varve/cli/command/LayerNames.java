// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.graph.NodeView;
import dev.varve.cli.disk.LocalFile;
import java.util.List;

/** Layers of a disk by the names that users give them. */
final class LayerNames {
    private LayerNames() {
    }

    /** The depth of the layer below the top that a name means, -1 where none does. */
    static int find(List<NodeView> layers, String name) {
        for (int depth = 1; depth < layers.size(); depth++) {
            String layer = layers.get(depth).filename();
            String beside = LocalFile.beside(layers.get(depth - 1).filename(), name);
            if (layer.equals(name) || layer.equals(beside) || LocalFile.sameNamed(layer, name)
                    || LocalFile.sameNamed(layer, beside)) {
                return depth;
            }
        }
        return -1;
    }
}
