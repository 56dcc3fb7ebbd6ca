// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.conformance.FormatConformance;
import java.util.Map;

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
}
