// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.memory;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.ProtocolConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

class MemoryConformanceTest extends ProtocolConformance {
    @Override
    protected NodeDefinition newImage(long size) {
        return new NodeDefinition(Map.of("driver", "memory", "size", size));
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.PERSISTS));
    }
}
