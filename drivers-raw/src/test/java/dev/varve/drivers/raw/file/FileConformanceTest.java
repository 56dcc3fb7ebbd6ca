// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.ProtocolConformance;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Map;

class FileConformanceTest extends ProtocolConformance {
    @Override
    protected NodeDefinition newImage(long size) throws IOException {
        Path file = folder().resolve("disk.img");
        try (RandomAccessFile empty = new RandomAccessFile(file.toFile(), "rw")) {
            empty.setLength(size);
        }
        return new NodeDefinition(Map.of("driver", "file", "filename", file.toString()));
    }

    @Override
    protected java.util.Optional<NodeDefinition> missing() {
        return java.util.Optional.of(new NodeDefinition(
                java.util.Map.of("driver", "file", "filename", folder().resolve("missing").toString())));
    }
}
