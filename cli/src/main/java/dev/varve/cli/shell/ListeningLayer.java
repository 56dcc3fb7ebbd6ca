// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.shell;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphDefinition;
import dev.varve.api.graph.GraphFile;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.SharedObject;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The block layer of a tool: what nodes of its graphs have to say goes to standard error. */
final class ListeningLayer implements BlockLayer {
    private final BlockLayer layer;
    private final Shell shell;

    ListeningLayer(BlockLayer layer, Shell shell) {
        this.layer = layer;
        this.shell = shell;
    }

    @Override
    public BlockGraph newGraph(GraphSettings settings) {
        return layer.newGraph(listening(settings));
    }

    private GraphSettings listening(GraphSettings settings) {
        return settings.withMessages(line -> {
            shell.err().print(line + "\n");
            shell.err().flush();
        });
    }

    @Override
    public BlockBackend open(NodeDefinition definition, Permissions permissions, GraphSettings settings)
            throws IOException {
        return layer.open(definition, permissions, listening(settings));
    }

    @Override
    public NodeDefinition parseName(String name) throws BlockException {
        return layer.parseName(name);
    }

    @Override
    public NodeDefinition parseOptions(String options) throws BlockException {
        return layer.parseOptions(options);
    }

    @Override
    public List<NodeDefinition> parseGraph(String json) throws BlockException {
        return layer.parseGraph(json);
    }

    @Override
    public GraphDefinition readGraph(GraphFile file) throws BlockException {
        return layer.readGraph(file);
    }

    @Override
    public GraphSettings withObjects(GraphSettings settings, List<? extends Map<String, ?>> definitions)
            throws BlockException {
        return layer.withObjects(settings, definitions);
    }

    @Override
    public SharedObject newObject(Map<String, ?> definition) throws BlockException {
        return layer.newObject(definition);
    }

    @Override
    public void create(NewImage image) throws IOException {
        layer.create(image);
    }

    @Override
    public Measurement measure(NewImage image, Optional<BlockBackend> source) throws IOException {
        return layer.measure(image, source);
    }

    @Override
    public Collection<BlockDriver> drivers() {
        return layer.drivers();
    }

    @Override
    public OptionSchema nodeOptions() {
        return layer.nodeOptions();
    }
}
