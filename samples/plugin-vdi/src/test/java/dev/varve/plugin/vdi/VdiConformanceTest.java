// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Set;

/** Dynamic images under all rules for formats. */
class VdiConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "vdi";
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.SHRINKS));
    }
}
