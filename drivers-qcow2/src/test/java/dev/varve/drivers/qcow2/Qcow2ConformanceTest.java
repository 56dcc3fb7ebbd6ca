// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Set;

class Qcow2ConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "qcow2";
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }
}
