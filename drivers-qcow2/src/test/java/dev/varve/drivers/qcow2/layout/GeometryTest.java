// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeometryTest {
    @Test
    void split_anyOffset_isTheDivisionOfTheSpecification() {
        Random random = new Random(1);
        for (int bits = Geometry.MIN_CLUSTER_BITS; bits <= Geometry.MAX_CLUSTER_BITS; bits++) {
            for (int order = 0; order <= Geometry.MAX_REFCOUNT_ORDER; order++) {
                Geometry geometry = new Geometry(3, bits, order);
                long size = 1L << bits;
                long offset = random.nextLong() >>> 8;
                assertEquals(offset / size % (size / 8), geometry.l2Index(offset));
                assertEquals(offset / size / (size / 8), geometry.l1Index(offset));
                assertEquals(offset % size, geometry.offsetInCluster(offset));
                assertEquals(size * size / 8, geometry.l2Coverage());
                long perBlock = size * 8 >> order;
                assertEquals(offset / size % perBlock, geometry.refcountBlockIndex(offset / size));
                assertEquals(offset / size / perBlock, geometry.refcountTableIndex(offset / size));
            }
        }
    }

    @Test
    void counts_atTheEdges_roundUp() {
        Geometry geometry = new Geometry(3, 9, 4);
        assertEquals(0, geometry.clustersFor(0));
        assertEquals(1, geometry.clustersFor(1));
        assertEquals(1, geometry.clustersFor(512));
        assertEquals(2, geometry.clustersFor(513));
        assertEquals(0, geometry.l1EntriesFor(0));
        assertEquals(1, geometry.l1EntriesFor(32 << 10));
        assertEquals(2, geometry.l1EntriesFor((32 << 10) + 1));
        assertEquals((Long.MAX_VALUE >>> 15) + 1, geometry.l1EntriesFor(Long.MAX_VALUE));
    }

    @Test
    void parse_outOfRange_isCorrupt() {
        assertThrows(BlockException.class, () -> Geometry.parse(3, 8, 4));
        assertThrows(BlockException.class, () -> Geometry.parse(3, 22, 4));
        assertThrows(BlockException.class, () -> Geometry.parse(3, -1, 4));
        assertThrows(BlockException.class, () -> Geometry.parse(3, 16, 7));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void refcounts_anyWidth_areReadAsTheyWereWritten(int order) {
        RefcountWidth width = new RefcountWidth(order);
        int count = 512 * 8 >> order;
        long[] expected = new long[count];
        ByteBuffer block = ByteBuffer.allocate(512);
        Random random = new Random(order);
        for (int i = 0; i < 4 * count; i++) {
            int index = random.nextInt(count);
            expected[index] = random.nextInt(4) == 0 ? width.max() : random.nextLong() & width.max();
            width.write(block, index, expected[index]);
        }
        for (int i = 0; i < count; i++) {
            assertEquals(expected[i], width.read(block, i));
        }
    }

    @Test
    void refcounts_belowAByte_beginAtTheLeastSignificantBit() {
        ByteBuffer block = ByteBuffer.allocate(2);
        new RefcountWidth(0).write(block, 1, 1);
        new RefcountWidth(2).write(block, 3, 0xa);
        assertEquals("[2, -96]", Arrays.toString(block.array()));
    }

    @Test
    void refcount_tooLarge_isTheCallersMistake() {
        assertThrows(IllegalArgumentException.class, () -> new RefcountWidth(1).write(ByteBuffer.allocate(8), 0, 4));
        assertEquals(-1L, new RefcountWidth(6).max());
    }
}
