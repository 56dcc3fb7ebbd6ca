// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime;

import dev.varve.api.block.ImageReference;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.Options;
import dev.varve.runtime.config.DefinitionReader;
import dev.varve.runtime.graph.Graph;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The files that an image is laid out on: its own, and those that belong to it. */
record CreateStorage(Varve varve, Graph graph, Graph.Creators creators, BlockChild file) {
    /** Creates another file, named relative to the image, and opens it. */
    BlockChild create(String name, String image) throws IOException {
        String resolved = DefinitionReader.resolve(new ImageReference(name, Optional.empty()), image).name();
        NodeDefinition storage = DefinitionReader.storage(varve.parseName(resolved));
        BlockDriver protocol = varve.lookup(String.valueOf(storage.options().get("driver")));
        Options none = protocol.createOptions().read(Map.of());
        String filename = String.valueOf(storage.options().getOrDefault("filename", resolved));
        protocol.create(new CreateRequest(filename, 0, none, SecretSource.NONE, null));
        return creators.edge(graph.add(storage.with("discard", "unmap")));
    }
}
