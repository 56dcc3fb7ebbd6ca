// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.memory;

import static dev.varve.drivers.raw.testing.Transfers.bytes;
import static dev.varve.drivers.raw.testing.Transfers.read;
import static dev.varve.drivers.raw.testing.Transfers.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryNodeTest {
    private static final int PAGE = PageTable.PAGE_BYTES;

    private static long occupied(MemoryNode node) {
        return node.info().actualSize().orElseThrow();
    }

    @Test
    void requests_randomOnes_equalThoseOnAnArray() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int size = 5 * PAGE + 1234;
        byte[] expected = new byte[size];
        MemoryNode node = new MemoryNode(size);
        for (int i = 0; i < 2000; i++) {
            int from = random.nextInt(size);
            int count = Math.min(size - from, 1 + random.nextInt(random.nextBoolean() ? 100 : 3 * PAGE));
            switch (random.nextInt(4)) {
                case 0 -> {
                    node.writeZeroes(from, count, RequestFlags.NONE);
                    Arrays.fill(expected, from, from + count, (byte) 0);
                }
                case 1 -> {
                    node.discard(from, count);
                    Arrays.fill(expected, from, from + count, (byte) 0);
                }
                default -> {
                    byte[] fresh = bytes(count, 1 + random.nextInt(255));
                    write(node, from, fresh);
                    System.arraycopy(fresh, 0, expected, from, count);
                }
            }
        }
        assertArrayEquals(expected, read(node, 0, size), "seed " + seed);
    }

    @Test
    void write_behindTheEnd_growsAndTakesOnlyThePagesWritten() throws IOException {
        MemoryNode node = new MemoryNode(0);
        long far = (1L << 60) - 5;
        write(node, far, bytes(10, 3));
        assertEquals(far + 10, node.size());
        assertArrayEquals(bytes(10, 3), read(node, far, 10));
        assertEquals(2L * PAGE, occupied(node));
        assertArrayEquals(bytes(10, 0), read(node, 0, 10));
    }

    @Test
    void blockStatus_sparseDisk_givesTheLongestRuns() throws IOException {
        long size = Long.MAX_VALUE;
        long where = 7L << 42;
        MemoryNode node = new MemoryNode(size);
        write(node, where, bytes(2 * PAGE, 1));
        assertEquals(where - 5, assertInstanceOf(BlockStatus.Zero.class,
                node.blockStatus(5, size - 5, Effort.FIND_ZEROES)).bytes());
        BlockStatus.Data data = assertInstanceOf(BlockStatus.Data.class,
                node.blockStatus(where + 1, size - where - 1, Effort.FIND_ZEROES));
        assertEquals(2L * PAGE - 1, data.bytes());
        assertEquals(where + 1, data.storage().orElseThrow().offset());
        long behind = where + 2 * PAGE;
        assertEquals(size - behind, assertInstanceOf(BlockStatus.Zero.class,
                node.blockStatus(behind, size - behind, Effort.FIND_ZEROES)).bytes());
    }

    @Test
    void discard_wholePages_freesThem() throws IOException {
        MemoryNode node = new MemoryNode(10L * PAGE);
        write(node, 0, bytes(10 * PAGE, 1));
        node.discard(PAGE - 1, 8L * PAGE + 2);
        assertEquals(2L * PAGE, occupied(node));
        assertArrayEquals(bytes(8 * PAGE + 2, 0), read(node, PAGE - 1, 8 * PAGE + 2));
        assertArrayEquals(bytes(PAGE - 1, 1), read(node, 0, PAGE - 1));
    }

    @Test
    void truncate_shrinkAndGrow_leavesZeroes() throws IOException {
        MemoryNode node = new MemoryNode(3L * PAGE);
        write(node, 0, bytes(3 * PAGE, 1));
        node.truncate(PAGE + 100, Preallocation.OFF, RequestFlags.NONE);
        node.truncate(3L * PAGE, Preallocation.OFF, RequestFlags.NONE);
        assertArrayEquals(bytes(2 * PAGE - 100, 0), read(node, PAGE + 100, 2 * PAGE - 100));
        assertArrayEquals(bytes(PAGE + 100, 1), read(node, 0, PAGE + 100));
    }

    @Test
    void truncate_preallocation_isUnsupported() {
        MemoryNode node = new MemoryNode(0);
        assertEquals(ErrorKind.UNSUPPORTED, assertThrows(BlockException.class,
                () -> node.truncate(10, Preallocation.FULL, RequestFlags.NONE)).kind());
        assertEquals(0, node.size());
    }

    @Test
    void writes_manyThreads_keepEveryPage() throws Exception {
        MemoryNode node = new MemoryNode(0);
        int pagesEach = 200;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> odd = threads.submit(() -> fill(node, 1, pagesEach));
            Future<?> even = threads.submit(() -> fill(node, 0, pagesEach));
            odd.get(20, TimeUnit.SECONDS);
            even.get(20, TimeUnit.SECONDS);
        }
        assertEquals(2L * pagesEach * PAGE / 2, node.size());
        assertArrayEquals(bytes((int) node.size(), 4), read(node, 0, (int) node.size()));
        assertEquals(node.size(), occupied(node));
    }

    /** Half pages, so that both threads make the same pages. */
    private static Void fill(MemoryNode node, int first, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(node, (2L * i + first) * PAGE / 2, bytes(PAGE / 2, 4));
        }
        return null;
    }
}
