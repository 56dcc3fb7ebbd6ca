// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockLimits;
import dev.varve.conformance.device.MemoryDisk;
import java.io.IOException;

/** Clusters that are smaller than what the storage reads and writes at once. */
class Qcow2AlignedStorageConformanceTest extends Qcow2SmallClustersConformanceTest {
    @Override
    protected NodeDefinition newImage(long size) throws IOException {
        BlockLimits limits = BlockLimits.NONE.withAlignment(4096, 512);
        return definition(install(new MemoryDisk("storage", newStorage(size), limits)).definition());
    }
}
