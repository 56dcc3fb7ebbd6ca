// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.chain.DiskPattern;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BareFilesTest {
    @TempDir
    private Path folder;

    @Test
    void read_anyPartOfAScatteredDisk_findsTheContent() throws IOException {
        ChainPlan plan = new ChainPlan(7, 4L << 20, ChainShape.SCATTER);
        Path top = new ChainWriter(plan).write(folder);
        try (OpenDisk disk = OpenDisk.forReading(BlockLayer.load(), top, GraphSettings.DEFAULT);
                BareFiles bare = BareFiles.of(plan, folder, disk.backend())) {
            for (int bytes : new int[] {4096, 1 << 16, 1 << 20}) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
                // Most requests begin inside a cluster and end inside another one.
                for (long offset = 0; offset + bytes <= plan.size(); offset += bytes + 4096) {
                    bare.read(offset, buffer.clear());
                    assertEquals(-1, new DiskPattern(plan).firstDifference(buffer.flip(), offset));
                }
            }
        }
    }
}
