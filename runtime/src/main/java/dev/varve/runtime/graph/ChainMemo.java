// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.spi.FrozenChain;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the chain that begins at a node, for one generation of the graph: its layers while they are
 * frozen, and the filter that stands for them. One volatile load where nothing has changed. Thread-safe.
 */
final class ChainMemo {
    private final NodeHandle top;
    /** Published by {@link #generation}. */
    private Optional<FrozenChain> frozen = Optional.empty();
    /** Published by {@link #generation}. */
    private @Nullable Collapse standIn;
    private @Nullable FrozenLayers last;
    private @Nullable Collapse collapse;
    private @Nullable Layer layer;
    private volatile long generation;

    ChainMemo(NodeHandle top) {
        this.top = top;
    }

    /** The node as a layer; the same instance at all times. */
    synchronized Layer layer() {
        Layer known = layer;
        if (known == null) {
            known = new Layer(top);
            layer = known;
        }
        return known;
    }

    /** The chain while nobody may change it. */
    Optional<FrozenChain> frozen() {
        long now = top.graph().generation().current();
        if (generation != now) {
            refresh(now);
        }
        return frozen;
    }

    /** The filter that stands for the chain, or null. */
    @Nullable Collapse collapse() {
        long now = top.graph().generation().current();
        if (generation != now) {
            refresh(now);
        }
        return standIn;
    }

    private synchronized void refresh(long now) {
        if (generation == now) {
            return;
        }
        GraphState graph = top.graph();
        FrozenLayers layers = graph.frozen().holds(top) && graph.inserted().holds(top)
                ? FrozenLayers.from(top, last) : null;
        frozen = Optional.ofNullable(layers);
        standIn = layers == null || layers.length() < 2 || layers.isListenedTo() ? null : filter();
        last = layers == null ? last : layers;
        generation = now;
    }

    private @Nullable Collapse filter() {
        Collapsing collapsing = top.graph().collapsing();
        Collapse known = collapse;
        if (known != null && collapsing.isCurrent(known)) {
            return known;
        }
        close();
        collapse = fromBelow();
        if (collapse == null || !collapsing.isCurrent(collapse)) {
            close();
            collapse = collapsing.open(top);
        }
        return collapse;
    }

    /** The filter of a node that only this chain leads to now: it moves up here, and what it knows is kept. */
    private @Nullable Collapse fromBelow() {
        NodeHandle node = top;
        while (true) {
            Edge backing = node.backing();
            node = backing == null ? null : backing.target();
            if (node == null || node.parents().size() != 1) {
                return null;
            }
            Collapse given = node.chain().surrender();
            if (given != null) {
                given.edge().moveBeside(top);
                return given;
            }
        }
    }

    private synchronized @Nullable Collapse surrender() {
        Collapse given = collapse;
        collapse = null;
        standIn = null;
        generation = 0;
        return given;
    }

    /** Closes the filter. */
    synchronized void close() {
        Collapse known = collapse;
        if (known != null) {
            top.graph().collapsing().close(known);
        }
        collapse = null;
        standIn = null;
        generation = 0;
    }
}
