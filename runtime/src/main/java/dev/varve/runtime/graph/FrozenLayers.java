// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.FrozenChain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The layers of a chain at a time when nobody may change them. Immutable. */
final class FrozenLayers implements FrozenChain {
    /** The topmost first. */
    private final Layer[] layers;
    private final long[] versions;
    private final long[] sizes;

    private FrozenLayers(List<Layer> layers) {
        this.layers = layers.toArray(Layer[]::new);
        this.versions = layers.stream().mapToLong(Layer::version).toArray();
        this.sizes = layers.stream().mapToLong(Layer::size).toArray();
    }

    /** The chain from a node on; the one before where nothing has changed since. */
    static FrozenLayers from(NodeHandle top, @Nullable FrozenLayers before) {
        List<Layer> layers = new ArrayList<>();
        NodeHandle node = top;
        while (node != null) {
            layers.add(node.chain().layer());
            Edge backing = node.backing();
            node = backing == null ? null : backing.target();
        }
        return before != null && before.isSame(layers) ? before : new FrozenLayers(layers);
    }

    private boolean isSame(List<Layer> now) {
        if (now.size() != layers.length) {
            return false;
        }
        for (int i = 0; i < layers.length; i++) {
            Layer layer = now.get(i);
            if (layer != layers[i] || layer.version() != versions[i] || layer.size() != sizes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the storage of a layer waits for what the layer tells it, and requests must not pass the layer by. */
    boolean isListenedTo() {
        for (Layer layer : layers) {
            for (Edge edge : layer.handle().children()) {
                NodeHandle storage = edge.target();
                if (edge.isStorage() && storage != null && storage.debugListener() != null) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public int length() {
        return layers.length;
    }

    @Override
    public ChainLayer layer(int height) {
        return at(height);
    }

    private Layer at(int height) {
        return layers[layers.length - 1 - height];
    }

    /** The node of a layer by its height. */
    NodeHandle node(int height) {
        return at(height).handle();
    }
}
