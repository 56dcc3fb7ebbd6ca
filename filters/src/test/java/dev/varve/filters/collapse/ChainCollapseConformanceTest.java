// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import java.util.Map;

/** Above a disk that is no chain and is written: everything is forwarded. */
class ChainCollapseConformanceTest extends FilterConformance {
    @Override
    protected NodeDefinition above(NodeDefinition child) {
        return new NodeDefinition(Map.of("driver", "chain-collapse", "file", child.options()));
    }
}
