// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.graph.NodeView;
import dev.varve.cli.disk.LocalFile;
import java.util.List;

/** Layers of a disk by the names that users give them. */
final class LayerNames {
    private LayerNames() {
    }

    /**
     * The depth of the layer below the top that a name means, -1 where none does. A relative name is one that stands in
     * the layer above (QEMU's {@code bdrv_find_backing_image}).
     */
    static int find(List<NodeView> layers, String name) {
        for (int depth = 1; depth < layers.size(); depth++) {
            if (means(LocalFile.beside(layers.get(depth - 1).filename(), name), layers.get(depth))) {
                return depth;
            }
        }
        return -1;
    }

    /** The depth of the layer below the top that is this disk, -1 where none is. */
    static int findDisk(List<NodeView> layers, String name) {
        for (int depth = 1; depth < layers.size(); depth++) {
            if (means(name, layers.get(depth))) {
                return depth;
            }
        }
        return -1;
    }

    private static boolean means(String name, NodeView layer) {
        return layer.filename().equals(name) || LocalFile.sameNamed(layer.filename(), name);
    }
}
