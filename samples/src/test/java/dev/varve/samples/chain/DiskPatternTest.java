// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DiskPatternTest {
    private static final ChainPlan PLAN = new ChainPlan(3, 4L << 20, ChainShape.MIXED);

    private final DiskPattern pattern = new DiskPattern(PLAN);
    private final ByteBuffer disk = ExpectedDisk.content(PLAN);

    @Test
    void firstDifference_theDiskItself_findsNone() {
        assertEquals(-1, pattern.firstDifference(disk, 0));
    }

    @Test
    void firstDifference_oneBitFlipped_findsItsWord() {
        int flipped = 1_234_567;
        disk.put(flipped, (byte) (disk.get(flipped) ^ 1));
        assertEquals(flipped / 8 * 8, pattern.firstDifference(disk, 0));
    }

    @Test
    void firstDifference_oneByteWhereNoLayerHoldsData_findsIt() {
        int last = disk.capacity() - 1;
        disk.put(last, (byte) 1);
        assertEquals(last / 8 * 8, pattern.firstDifference(disk, 0));
    }

    @Test
    void firstDifference_dataOfAnotherCluster_findsIt() {
        assertEquals(0, pattern.firstDifference(disk.slice(ChainPlan.CLUSTER, ChainPlan.CLUSTER), 0));
    }
}
