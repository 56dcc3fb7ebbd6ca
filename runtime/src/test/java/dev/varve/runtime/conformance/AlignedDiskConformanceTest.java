// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockLimits;
import dev.varve.conformance.DriverConformance;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;

/** Requests of any shape to a node that wants large aligned ones, of a size that is no multiple of them. */
class AlignedDiskConformanceTest extends DriverConformance {
    @Override
    protected NodeDefinition newImage(long size) {
        BlockLimits limits = new BlockLimits(4096, 4096, 65_536, 8192, 131_072, 4096, 131_072);
        return install(new MemoryDisk("aligned", SparseContent.ofSize(size), limits)).definition();
    }
}
