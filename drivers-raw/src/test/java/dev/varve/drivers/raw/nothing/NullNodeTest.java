// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.nothing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.drivers.raw.testing.FakeContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NullNodeTest {
    private static BlockNode open(Map<String, ?> options) throws IOException {
        NullDriver driver = new NullCoDriver();
        return driver.open(new FakeContext(driver, options));
    }

    @Test
    void size_notGiven_isAGigabyte() throws IOException {
        try (BlockNode node = open(Map.of())) {
            assertEquals(1L << 30, node.size());
            assertEquals("null-co://", node.info().filename());
        }
    }

    @Test
    void read_zeroesOff_movesThePositionAndLeavesTheBytes() throws IOException {
        try (BlockNode node = open(Map.of())) {
            ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
            node.read(0, buffer, RequestFlags.NONE);
            assertEquals(3, buffer.position());
            assertEquals(2, buffer.get(1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void read_zeroesOn_clearsOnlyTheRequest(boolean direct) throws IOException {
        int bytes = 200_001;
        try (BlockNode node = open(Map.of("read-zeroes", true))) {
            ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(bytes + 2) : ByteBuffer.allocate(bytes + 2);
            for (int i = 0; i < bytes + 2; i++) {
                buffer.put(i, (byte) 9);
            }
            node.read(0, buffer.position(1).limit(bytes + 1), RequestFlags.NONE);
            assertEquals(bytes + 1, buffer.position());
            buffer.clear();
            for (int i = 0; i < bytes + 2; i++) {
                assertEquals(i == 0 || i == bytes + 1 ? 9 : 0, buffer.get(i), "byte " + i);
            }
        }
    }

    @Test
    void write_anything_isTaken() throws IOException {
        try (BlockNode node = open(Map.of())) {
            ByteBuffer buffer = ByteBuffer.allocate(1000);
            node.write(5, buffer, RequestFlags.FUA);
            assertEquals(1000, buffer.position());
            node.writeZeroes(0, 1L << 30, RequestFlags.NONE);
            node.discard(0, 1L << 30);
            node.flush();
        }
    }

    @Test
    void blockStatus_zeroesOn_isZero() throws IOException {
        try (BlockNode zeroes = open(Map.of("read-zeroes", true)); BlockNode noise = open(Map.of())) {
            assertInstanceOf(BlockStatus.Zero.class, zeroes.blockStatus(0, 100, Effort.FIND_ZEROES));
            assertInstanceOf(BlockStatus.Data.class, noise.blockStatus(0, 100, Effort.FIND_ZEROES));
        }
    }

    @Test
    void truncate_any_isUnsupportedAsInQemu() throws IOException {
        try (BlockNode node = open(Map.of())) {
            assertThrows(BlockException.class, () -> node.truncate(10, Preallocation.OFF, RequestFlags.NONE));
        }
    }

    @Test
    void read_latency_isKeptOnAnInterruptedThread() throws IOException {
        try (BlockNode node = open(Map.of("latency-ns", 20_000_000L))) {
            Thread.currentThread().interrupt();
            long start = System.nanoTime();
            node.read(0, ByteBuffer.allocate(10), RequestFlags.NONE);
            long took = System.nanoTime() - start;
            assertTrue(Thread.interrupted());
            assertTrue(took >= 20_000_000L, "took " + took + " ns");
        }
    }
}
