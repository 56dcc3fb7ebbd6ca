// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The simplest format with a backing file: clusters in memory, which stay when its nodes are closed. For tests of
 * filters and chains. Its child is the option {@code backing}.
 */
public final class MemoryOverlay implements BlockDriver {
    /** The unit of allocation in bytes. */
    public static final int CLUSTER = 4096;

    private final String name;
    private final long size;
    private final Map<Long, byte[]> clusters = new HashMap<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /**
     * A layer that holds nothing yet.
     *
     * @param name the value of {@code driver=} that opens it
     * @param size its virtual size in bytes
     */
    public MemoryOverlay(String name, long size) {
        this.name = name;
        this.size = size;
    }

    /**
     * The definition of a node above a backing file.
     *
     * @param backing the backing file's definition as a map, or its node-name
     * @return a definition without a node-name
     */
    public NodeDefinition above(Object backing) {
        return new NodeDefinition(Map.of("driver", name, "backing", backing));
    }

    /**
     * How many clusters the layer holds.
     *
     * @return a snapshot
     */
    public int allocatedClusters() {
        lock.readLock().lock();
        try {
            return clusters.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver '" + name + "'",
                OptionSpec.optional("backing", OptionType.CHILD_OR_NULL, "what is read where this layer has nothing"));
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        return new MemoryOverlayNode(context.attachBacking(Optional.empty()), size, clusters, lock);
    }
}
