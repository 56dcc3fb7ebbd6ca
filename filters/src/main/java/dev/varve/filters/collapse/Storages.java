// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockReader;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Where each layer of a chain stores its content: the edge to its file, learned from what it tells. Thread-safe. */
final class Storages {
    private final AtomicReferenceArray<BlockChild> edges;
    private final AtomicReferenceArray<@Nullable BlockReader> readers;

    Storages(int layers) {
        edges = new AtomicReferenceArray<>(layers);
        readers = new AtomicReferenceArray<>(layers);
    }

    /** The same edges, with room for layers on top. */
    Storages extended(int layers) {
        Storages more = new Storages(layers);
        for (int height = 0; height < edges.length(); height++) {
            more.edges.set(height, edges.get(height));
        }
        return more;
    }

    /** Takes note of an edge; false for a layer that has told another one before. */
    boolean note(int height, BlockChild edge) {
        BlockChild known = edges.get(height);
        return edge.equals(known) || known == null && (edges.compareAndSet(height, null, edge) || note(height, edge));
    }

    /** What reads the storage of a layer of which a run with a place in storage is known. */
    BlockReader reader(int height) {
        BlockReader known = readers.get(height);
        if (known == null) {
            known = edges.get(height).reader();
            readers.set(height, known);
        }
        return known;
    }

    /** The edge of a layer of which a run with a place in storage is known. */
    BlockChild edge(int height) {
        return edges.get(height);
    }

    /** Whether the storage of a layer is at least so long; a file may end within its last cluster. */
    boolean reaches(int height, long end) {
        try {
            return end <= edges.get(height).size();
        } catch (IOException e) {
            return false;
        }
    }
}
