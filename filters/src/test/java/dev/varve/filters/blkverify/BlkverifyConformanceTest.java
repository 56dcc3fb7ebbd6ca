// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkverify;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FilterConformance;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import java.util.Map;

class BlkverifyConformanceTest extends FilterConformance {
    private int disks;

    @Override
    protected NodeDefinition above(NodeDefinition child) {
        MemoryDisk test = install(new MemoryDisk("test-" + disks++, SparseContent.of(initialContent(imageSize()))));
        return new NodeDefinition(
                Map.of("driver", "blkverify", "raw", child.options(), "test", test.definition().options()));
    }

    /** The copy that it compares with lies elsewhere. */
    @Override
    protected boolean storesInChildAlone() {
        return false;
    }
}
