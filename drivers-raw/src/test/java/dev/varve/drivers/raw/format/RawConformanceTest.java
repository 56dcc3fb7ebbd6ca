// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.format;

import dev.varve.conformance.FormatConformance;

class RawConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "raw";
    }
}
