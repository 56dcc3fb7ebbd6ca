// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChainShapeTest {
    private static final long CLUSTERS = 4096;

    @ParameterizedTest
    @EnumSource
    void owner_everyCluster_isALayerOrNobody(ChainShape shape) {
        for (int layers : new int[] {1, 2, 7, 300, ChainPlan.MOST_LAYERS}) {
            for (long cluster = 0; cluster < CLUSTERS; cluster++) {
                int owner = shape.owner(cluster, CLUSTERS, layers);
                assertTrue(owner >= ChainShape.NOBODY && owner < layers, shape + ": " + cluster + " has " + owner);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void owner_otherNumberOfLayers_leavesTheSameClustersToNobody(ChainShape shape) {
        for (long cluster = 0; cluster < CLUSTERS; cluster++) {
            assertEquals(shape.owner(cluster, CLUSTERS, 1) == ChainShape.NOBODY,
                    shape.owner(cluster, CLUSTERS, 300) == ChainShape.NOBODY);
        }
    }

    @Test
    void owner_scatter_givesEachLayerItsShare() {
        long[] counts = new long[16];
        LongStream.range(0, CLUSTERS).forEach(c -> counts[ChainShape.SCATTER.owner(c, CLUSTERS, 16)]++);
        for (long count : counts) {
            assertTrue(count > CLUSTERS / 16 / 2 && count < CLUSTERS / 16 * 2, "a layer has " + count + " clusters");
        }
    }

    @Test
    void owner_mixedInAManyLayeredChain_usesEveryLayer() {
        long owners = LongStream.range(0, CLUSTERS).mapToInt(c -> ChainShape.MIXED.owner(c, CLUSTERS, 300))
                .filter(owner -> owner != ChainShape.NOBODY).distinct().count();
        assertEquals(300, owners);
    }
}
