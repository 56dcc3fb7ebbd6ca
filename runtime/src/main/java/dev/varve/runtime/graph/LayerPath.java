// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.runtime.config.StrongOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The layers below a root from the top, filters left out, and which of them two disks have in common. */
final class LayerPath {
    private LayerPath() {
    }

    /** The layers now. */
    static List<NodeHandle> below(DiskRoot root) throws java.io.IOException {
        List<NodeHandle> layers = new ArrayList<>();
        NodeHandle node = root.edge().attached();
        while (node != null) {
            Edge backing = node.backing();
            if (!node.isFilter()) {
                layers.add(node);
            }
            Edge down = backing != null ? backing : node.isFilter() ? node.primary() : null;
            node = down == null ? null : down.target();
            if (node != null) {
                node.ensureReady();
            }
        }
        return layers;
    }

    /** How many of the lowest layers are the same images. */
    static int common(List<NodeHandle> one, List<NodeHandle> other) {
        FileIdentity files = new FileIdentity();
        int most = Math.min(one.size(), other.size());
        int common = 0;
        while (common < most && isSame(one.get(one.size() - 1 - common), other.get(other.size() - 1 - common),
                files)) {
            common++;
        }
        return common;
    }

    /** Whether two nodes show the same file in the same way, down to the storage. */
    private static boolean isSame(@Nullable NodeHandle one, @Nullable NodeHandle other, FileIdentity files) {
        NodeHandle here = one;
        NodeHandle there = other;
        while (here != there) {
            if (here == null || there == null || !here.driver().name().equals(there.driver().name())) {
                return false;
            }
            if (here.isProtocol()) {
                return !here.filename().isEmpty() && files.of(here.filename()).equals(files.of(there.filename()));
            }
            if (!content(here).equals(content(there))) {
                return false;
            }
            here = storage(here);
            there = storage(there);
        }
        return here != null;
    }

    private static Map<String, Object> content(NodeHandle node) {
        var options = node.options();
        return options == null || StrongOptions.knows(node.driver().name()) ? StrongOptions.of(node.driver(), options)
                : options.options().values();
    }

    private static @Nullable NodeHandle storage(NodeHandle node) {
        Edge edge = node.primary();
        return edge == null ? null : edge.target();
    }
}
