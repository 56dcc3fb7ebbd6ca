// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Operation;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockLimits;
import dev.varve.conformance.DriverConformance;
import dev.varve.conformance.Trait;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/** Requests of any shape to a node that wants large aligned ones and not too long ones. */
class AlignedDiskConformanceTest extends DriverConformance {
    private static final int UNIT = 4096;

    @Override
    protected NodeDefinition newImage(long size) {
        BlockLimits limits = new BlockLimits(UNIT, UNIT, 65_536, 8192, 131_072, UNIT, 131_072);
        return install(new MemoryDisk("aligned", SparseContent.ofSize(size), limits) {
            @Override
            protected void arrived(DiskRequest request, ByteBuffer data) throws IOException {
                if (request.operation() == Operation.TRUNCATE) {
                    throw BlockException.unsupported("the disk has a fixed size");
                }
            }
        }).definition();
    }

    @Override
    protected int imageSize() {
        return 513 * UNIT;
    }

    /** A unit that the size cuts in two can only be written by growing over it, as in QEMU. */
    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS, Trait.SHRINKS));
    }
}
