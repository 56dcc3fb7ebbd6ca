// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.api.graph.BlockBackend;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.DiskPattern;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a whole disk in requests of one cluster, one at a time, and compares every byte with what was written. */
final class VerifiedReader {
    /** Bytes of a request. */
    static final int REQUEST = ChainPlan.CLUSTER;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(REQUEST);
    private final ChainPlan plan;
    private final DiskPattern pattern;

    VerifiedReader(ChainPlan plan) {
        this.plan = plan;
        this.pattern = new DiskPattern(plan);
    }

    void checkSize(BlockBackend disk) throws IOException {
        if (disk.size() != plan.size()) {
            throw new IOException("the disk has " + disk.size() + " bytes, not " + plan.size());
        }
    }

    /** Returns how long the read calls took, in nanoseconds. */
    long read(BlockBackend disk) throws IOException {
        long nanos = 0;
        for (long offset = 0; offset < plan.size(); offset += REQUEST) {
            buffer.clear();
            long start = System.nanoTime();
            disk.read(offset, buffer);
            nanos += System.nanoTime() - start;
            long different = pattern.firstDifference(buffer.flip(), offset);
            if (different >= 0) {
                throw new IOException("the data at offset " + different + " is not what was written there");
            }
        }
        return nanos;
    }
}
