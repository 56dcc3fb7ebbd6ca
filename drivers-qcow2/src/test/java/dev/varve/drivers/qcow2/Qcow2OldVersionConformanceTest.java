// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Version 2 has no zero clusters. */
class Qcow2OldVersionConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "qcow2";
    }

    @Override
    protected Map<String, Object> createOptions() {
        return Map.of("compat", "0.10", "cluster_size", 4096L);
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }
}
