// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.DriverConformance;
import dev.varve.conformance.Trait;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.MemoryOverlay;
import dev.varve.conformance.device.SparseContent;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Above a chain, which is indexed while it is only read. */
class ChainCollapseChainConformanceTest extends DriverConformance {
    @Override
    protected byte[] initialContent(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @Override
    protected NodeDefinition newImage(long size) {
        MemoryDisk backing = install(new MemoryDisk("backing", SparseContent.of(initialContent((int) size))));
        MemoryOverlay middle = install(new MemoryOverlay("middle", size));
        MemoryOverlay overlay = install(new MemoryOverlay("overlay", size));
        NodeDefinition chain = overlay.above(middle.above(backing.definition().options()).options());
        return new NodeDefinition(Map.of("driver", "chain-collapse", "file", chain.options()));
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS, Trait.SHRINKS, Trait.OPENS_READ_ONLY));
    }
}
