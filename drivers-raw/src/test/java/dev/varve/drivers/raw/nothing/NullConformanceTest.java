// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.nothing;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.ProtocolConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

class NullConformanceTest extends ProtocolConformance {
    @Override
    protected NodeDefinition newImage(long size) {
        return new NodeDefinition(Map.of("driver", "null-co", "size", size, "read-zeroes", Boolean.TRUE));
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.of(Trait.WRITES, Trait.OPENS_READ_ONLY);
    }
}
