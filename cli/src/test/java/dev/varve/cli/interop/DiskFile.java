// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A qcow2 file that is open through the installed runtime and drivers.
 *
 * @param graph its graph
 * @param backend the handle on its top
 */
record DiskFile(BlockGraph graph, BlockBackend backend) implements AutoCloseable {
    static DiskFile open(Path image, Permissions permissions, Map<String, Object> options) throws IOException {
        BlockLayer layer = BlockLayer.load();
        NodeDefinition definition = layer.parseName(image.toString()).with("driver", "qcow2");
        for (Map.Entry<String, Object> option : options.entrySet()) {
            definition = definition.with(option.getKey(), option.getValue());
        }
        BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withSecrets(
                id -> Optional.of(ImageVariant.SECRET.getBytes(StandardCharsets.UTF_8))));
        try {
            return new DiskFile(graph, graph.openBackend(graph.add(definition), permissions));
        } catch (IOException | RuntimeException | Error e) {
            graph.close();
            throw e;
        }
    }

    static DiskFile openWritable(Path image, Map<String, Object> options) throws IOException {
        return open(image, Permissions.READ_WRITE, options);
    }

    static DiskFile openReadOnly(Path image) throws IOException {
        return open(image, Permissions.READ, Map.of("read-only", true));
    }

    @Override
    public void close() throws IOException {
        try (graph) {
            backend.close();
        }
    }
}
