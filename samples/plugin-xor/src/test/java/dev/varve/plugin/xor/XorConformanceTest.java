// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.xor;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import dev.varve.conformance.Trait;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The filter under all rules for filters. */
class XorConformanceTest extends FilterConformance {
    private static final int KEY = 0x5a;

    @Override
    protected NodeDefinition above(NodeDefinition child) {
        return new NodeDefinition(Map.of("driver", "xor", "key", (long) KEY, "file", child.options()));
    }

    @Override
    protected byte[] stored(byte[] shown) {
        byte[] stored = shown.clone();
        for (int i = 0; i < stored.length; i++) {
            stored[i] ^= (byte) KEY;
        }
        return stored;
    }

    /** What the child grows by is zeroes there and keys here. */
    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS_BY_ZEROES));
    }
}
