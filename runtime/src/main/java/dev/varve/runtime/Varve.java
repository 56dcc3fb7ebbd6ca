// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphDefinition;
import dev.varve.api.graph.GraphFile;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.SharedObject;
import dev.varve.runtime.config.DefinitionReader;
import dev.varve.runtime.config.GenericOptions;
import dev.varve.runtime.config.GraphFiles;
import dev.varve.runtime.config.GraphObjects;
import dev.varve.runtime.config.ObjectDefinitions;
import dev.varve.runtime.graph.Graph;
import dev.varve.runtime.registry.DriverRegistry;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtime. Found by ServiceLoader with the drivers that ServiceLoader finds, or made by the bundle activator with
 * those that bundles bring and take away. Thread-safe.
 */
public final class Varve implements BlockLayer, AutoCloseable {
    private final DriverRegistry registry;
    private final ReferencePolicy references;
    private final DefinitionReader reader;
    private final Set<Graph> graphs = ConcurrentHashMap.newKeySet();

    /** The runtime with the drivers that ServiceLoader finds. */
    public Varve() {
        this(DriverRegistry.installed());
    }

    /**
     * The runtime with a registry of its maker's.
     *
     * @param registry the drivers; nodes of one that is removed are closed before the removal returns
     */
    public Varve(DriverRegistry registry) {
        this(registry, ReferencePolicy.ALLOW);
    }

    /**
     * The runtime with a registry and a policy of its maker's.
     *
     * @param registry the drivers; nodes of one that is removed are closed before the removal returns
     * @param references what no graph may open is refused here, whatever its own policy allows
     */
    public Varve(DriverRegistry registry, ReferencePolicy references) {
        this.references = references;
        this.registry = registry;
        this.reader = new DefinitionReader(registry);
        registry.addListener(this::removed);
    }

    DefinitionReader reader() {
        return reader;
    }

    BlockDriver lookup(String name) throws BlockException {
        return registry.require(name);
    }

    @Override
    public Graph newGraph(GraphSettings settings) {
        ReferencePolicy own = settings.references();
        ReferencePolicy both = (image, reference) -> own.allows(image, reference)
                && references.allows(image, reference);
        Graph graph = new Graph(settings.withReferences(both), registry, graphs::remove);
        graphs.add(graph);
        return graph;
    }

    @Override
    public BlockBackend open(NodeDefinition definition, Permissions permissions, GraphSettings settings)
            throws IOException {
        Graph graph = newGraph(settings);
        boolean done = false;
        try {
            BlockBackend disk = graph.openBackend(graph.add(definition), permissions, true);
            done = true;
            return disk;
        } finally {
            if (!done) {
                graph.close();
            }
        }
    }

    @Override
    public NodeDefinition parseName(String name) throws BlockException {
        return reader.parseName(name);
    }

    @Override
    public NodeDefinition parseOptions(String options) throws BlockException {
        return reader.parseOptions(options);
    }

    @Override
    public List<NodeDefinition> parseGraph(String json) throws BlockException {
        return reader.parseGraph(json);
    }

    @Override
    public GraphDefinition readGraph(GraphFile file) throws BlockException {
        return GraphFiles.read(file);
    }

    @Override
    public GraphSettings withObjects(GraphSettings settings, List<? extends Map<String, ?>> definitions)
            throws BlockException {
        return GraphObjects.into(registry, settings, definitions);
    }

    @Override
    public SharedObject newObject(Map<String, ?> definition) throws BlockException {
        return ObjectDefinitions.read(registry, definition);
    }

    @Override
    public void create(NewImage image) throws IOException {
        Creation.run(this, image);
    }

    @Override
    public Measurement measure(NewImage image, Optional<BlockBackend> source) throws IOException {
        return Measuring.run(lookup(image.driver()), image, source);
    }

    @Override
    public Collection<BlockDriver> drivers() {
        return registry.drivers();
    }

    @Override
    public OptionSchema nodeOptions() {
        return GenericOptions.SCHEMA;
    }

    private void removed(BlockDriver driver) {
        for (Graph graph : List.copyOf(graphs)) {
            try {
                graph.removeDriver(driver);
            } catch (IOException e) {
                log().warn("a disk could not be closed cleanly when driver '{}' was removed", driver.name(), e);
            }
        }
    }

    /** Closes every graph that is still open. */
    @Override
    public void close() {
        for (Graph graph : List.copyOf(graphs)) {
            try {
                graph.close();
            } catch (IOException e) {
                log().warn("a graph could not be closed cleanly", e);
            }
        }
    }

    private static Logger log() {
        return LoggerFactory.getLogger(Varve.class);
    }
}
