// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import java.util.Map;

/** The rules for the toy filter; run by {@link KitTest} alone, once for each fault. */
class ToyFilterConformance extends FilterConformance {
    /** The fault of the next run; the runs come one after the other. */
    static volatile FilterFault current = FilterFault.NONE;

    private final FilterFault fault = current;

    @Override
    protected NodeDefinition above(NodeDefinition child) {
        install(new ToyFilter(fault));
        return new NodeDefinition(Map.of("driver", "toy-filter", "file", child.options()));
    }
}
