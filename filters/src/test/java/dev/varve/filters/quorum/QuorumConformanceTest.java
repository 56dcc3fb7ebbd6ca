// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.quorum;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.DriverConformance;
import dev.varve.conformance.Trait;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class QuorumConformanceTest extends DriverConformance {
    @Override
    protected byte[] initialContent(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @Override
    protected NodeDefinition newImage(long size) {
        List<Object> children = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            children.add(install(new MemoryDisk("copy-" + i, SparseContent.of(initialContent((int) size))))
                    .definition().options());
        }
        return new NodeDefinition(Map.of("driver", "quorum", "vote-threshold", 2L, "children", children));
    }

    /** As in QEMU, a quorum cannot be told to have another size. */
    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS, Trait.SHRINKS));
    }
}
