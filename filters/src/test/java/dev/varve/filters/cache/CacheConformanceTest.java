// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Smaller than the disk, so that blocks leave. */
class CacheConformanceTest extends FilterConformance {
    @Override
    protected NodeDefinition above(NodeDefinition child) {
        return new NodeDefinition(Map.of("driver", "cache", "size", "512k", "block-size", "4k", "read-ahead", "64k",
                "file", child.options()));
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.PASSES_READS));
    }
}
