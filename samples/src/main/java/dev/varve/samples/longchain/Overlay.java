// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NewImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An empty qcow2 image above a chain, there until it is closed.
 *
 * @param file the image
 * @param graphFile the JSON of the disk that it is the active layer of
 */
record Overlay(Path file, Path graphFile) implements AutoCloseable {
    static Overlay over(MadeChain chain) throws IOException {
        Path file = chain.top().resolveSibling("overlay.qcow2");
        BlockLayer.load().create(new NewImage("qcow2", file.toString(), OptionalLong.of(chain.plan().size()),
                Map.of("backing_file", chain.top().toString(), "backing_fmt", "qcow2"), false));
        return new Overlay(file, MadeChain.writeGraph(chain.top().resolveSibling("overlay.json"), file));
    }

    @Override
    public void close() throws IOException {
        Files.delete(file);
        Files.delete(graphFile);
    }
}
