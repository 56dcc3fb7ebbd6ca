// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The smallest clusters: tables of 64 entries, and many of them. */
class Qcow2SmallClustersConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "qcow2";
    }

    @Override
    protected Map<String, Object> createOptions() {
        return Map.of("cluster_size", 512L);
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }
}
