// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import java.util.Map;

class BlkdebugConformanceTest extends FilterConformance {
    @Override
    protected NodeDefinition above(NodeDefinition child) {
        return new NodeDefinition(Map.of("driver", "blkdebug", "image", child.options()));
    }
}
