// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.format;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.DriverConformance;
import dev.varve.conformance.Trait;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** A disk of fixed size amid a file that holds something else on both sides. */
class RawFixedConformanceTest extends DriverConformance {
    private static final long OFFSET = 512;

    @Override
    protected NodeDefinition newImage(long size) {
        SparseContent content = SparseContent.ofSize(size + 4096);
        byte[] other = new byte[3584];
        Arrays.fill(other, (byte) 0x77);
        content.write(0, ByteBuffer.wrap(other, 0, 512));
        content.write(OFFSET + size, ByteBuffer.wrap(other));
        MemoryDisk storage = install(new MemoryDisk("storage", content));
        return new NodeDefinition(Map.of("driver", "raw", "offset", OFFSET, "size", size, "file",
                storage.definition().options()));
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS, Trait.SHRINKS));
    }
}
