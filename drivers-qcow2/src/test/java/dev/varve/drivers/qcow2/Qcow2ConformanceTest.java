// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.conformance.FormatConformance;

class Qcow2ConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "qcow2";
    }
}
