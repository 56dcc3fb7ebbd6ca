// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import dev.varve.drivers.qcow2.layout.Geometry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Direct buffers for compressed data, by cluster size, a few kept for all images together. Thread-safe. */
final class Scratch {
    /** A descriptor can tell of as many sectors as two clusters have. */
    private static final int CLUSTERS = 2;
    private static final List<IdlePool<ByteBuffer>> POOLS = new ArrayList<>();

    static {
        for (int bits = Geometry.MIN_CLUSTER_BITS; bits <= Geometry.MAX_CLUSTER_BITS; bits++) {
            int bytes = CLUSTERS << bits;
            POOLS.add(new IdlePool<>(() -> ByteBuffer.allocateDirect(bytes), unused -> { }));
        }
    }

    private Scratch() {
    }

    static IdlePool<ByteBuffer> of(int clusterBits) {
        return POOLS.get(clusterBits - Geometry.MIN_CLUSTER_BITS);
    }
}
