// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import java.util.List;
import java.util.Map;

class ThrottleConformanceTest extends FilterConformance {
    @Override
    protected NodeDefinition above(NodeDefinition child) {
        return new NodeDefinition(Map.of("driver", "throttle", "throttle-group", "tg0", "file", child.options()));
    }

    @Override
    protected List<Map<String, Object>> objects() {
        return List.of(Map.of("qom-type", "throttle-group", "id", "tg0", "limits", Map.of("iops-total", 1L << 30)));
    }
}
