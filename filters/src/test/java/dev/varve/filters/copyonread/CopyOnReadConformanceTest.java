// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.copyonread;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

class CopyOnReadConformanceTest extends FilterConformance {
    @Override
    protected NodeDefinition above(NodeDefinition child) {
        return new NodeDefinition(Map.of("driver", "copy-on-read", "file", child.options()));
    }

    /** It needs to write what it reads, so its child has to be writable, as in QEMU. */
    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.OPENS_READ_ONLY));
    }
}
