// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Static images under all rules for formats. */
class VdiStaticConformanceTest extends FormatConformance {
    @Override
    protected String format() {
        return "vdi";
    }

    @Override
    protected Map<String, Object> createOptions() {
        return Map.of("static", Boolean.TRUE);
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS, Trait.SHRINKS));
    }
}
