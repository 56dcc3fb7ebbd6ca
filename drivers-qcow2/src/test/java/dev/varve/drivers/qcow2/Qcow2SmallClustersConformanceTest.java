// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.conformance.FormatConformance;
import java.util.Map;

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
}
