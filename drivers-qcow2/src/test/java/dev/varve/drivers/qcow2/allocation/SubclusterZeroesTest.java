// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Zeroes over a part of a cluster that has subclusters. */
class SubclusterZeroesTest {
    private static final int CLUSTER = 64 << 10;

    private static OverlayNode disk(long size) throws IOException {
        return Images.open(Images.create(size, "extended_l2", "on", "cluster_size", Integer.toString(CLUSTER)));
    }

    private static byte[] ones(int bytes) {
        byte[] ones = new byte[bytes];
        Arrays.fill(ones, (byte) 1);
        return ones;
    }

    private static OverlayNode compressed(int clusters) throws IOException {
        OverlayNode node = disk((long) clusters * CLUSTER);
        for (int i = 0; i < clusters; i++) {
            node.write((long) i * CLUSTER, ByteBuffer.wrap(ones(CLUSTER)), RequestFlags.COMPRESSED);
        }
        return node;
    }

    @Test
    void zeroes_overPartsOfCompressedClusters_areWrittenAsData() throws IOException {
        try (OverlayNode node = compressed(4)) {
            node.writeZeroes(CLUSTER / 2, 2 * CLUSTER, RequestFlags.NONE);
            for (int at = 0; at < 3; at++) {
                assertInstanceOf(BlockStatus.Data.class,
                        node.blockStatus((long) at * CLUSTER + CLUSTER / 2 - 1, 1, Effort.ALLOCATION_ONLY));
            }
            assertInstanceOf(BlockStatus.Data.class, node.blockStatus(CLUSTER, CLUSTER, Effort.ALLOCATION_ONLY));
            byte[] expected = ones(4 * CLUSTER);
            Arrays.fill(expected, CLUSTER / 2, CLUSTER / 2 + 2 * CLUSTER, (byte) 0);
            ByteBuffer seen = ByteBuffer.allocate(4 * CLUSTER);
            node.readAllocated(0, seen, RequestFlags.NONE);
            while (seen.hasRemaining()) {
                node.readAllocated(seen.position(), seen, RequestFlags.NONE);
            }
            assertArrayEquals(expected, seen.array());
        }
    }

    @Test
    void zeroes_overPartsOfCompressedClustersWithoutFallback_areRefused() throws IOException {
        try (OverlayNode node = compressed(4)) {
            assertThrows(BlockException.class,
                    () -> node.writeZeroes(CLUSTER / 2, 2 * CLUSTER, RequestFlags.NO_FALLBACK));
        }
    }

    @Test
    void zeroes_toADisksEndInsideACluster_takeNoSubclusterBehindIt() throws IOException {
        int end = CLUSTER + (35 << 10);
        try (OverlayNode node = disk(end)) {
            node.writeZeroes(CLUSTER, end - CLUSTER, RequestFlags.NONE);
            node.truncate(2 * CLUSTER, Preallocation.OFF, RequestFlags.NONE);
            assertInstanceOf(BlockStatus.Zero.class, node.blockStatus(end - 1, 1, Effort.FIND_ZEROES));
            assertInstanceOf(BlockStatus.Unallocated.class,
                    node.blockStatus(CLUSTER + (36 << 10), 1, Effort.ALLOCATION_ONLY));
        }
    }
}
