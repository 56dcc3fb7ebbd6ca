// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.device.SparseContent;
import java.util.Map;
import java.util.Random;

/** To those above it a cache that writes back is as a format: what it keeps has to reach storage that fails. */
class WriteBackConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "cache";
    }

    @Override
    protected NodeDefinition definition(NodeDefinition file) {
        return new NodeDefinition(Map.of("driver", "cache", "mode", "write-back", "size", "512k", "block-size", "4k",
                "read-ahead", "64k", "file", file.options()));
    }

    @Override
    protected byte[] initialContent(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @Override
    protected SparseContent newStorage(long size) {
        return SparseContent.of(initialContent((int) size));
    }
}
