// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.format;

import static dev.varve.drivers.raw.testing.Transfers.bytes;
import static dev.varve.drivers.raw.testing.Transfers.read;
import static dev.varve.drivers.raw.testing.Transfers.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import dev.varve.drivers.raw.memory.MemoryDriver;
import dev.varve.drivers.raw.nothing.NullCoDriver;
import dev.varve.drivers.raw.testing.FakeChild;
import dev.varve.drivers.raw.testing.FakeContext;
import dev.varve.drivers.raw.testing.FakeCreation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawNodeTest {
    private static final int SIZE = 1 << 20;
    private final RawDriver driver = new RawDriver();

    private static BlockNode memory() throws IOException {
        MemoryDriver memory = new MemoryDriver();
        return memory.open(new FakeContext(memory, Map.of("size", (long) SIZE)));
    }

    private BlockNode raw(BlockNode below, Map<String, ?> window) throws IOException {
        Map<String, Object> options = new java.util.HashMap<>(window);
        options.put("file", "below");
        return driver.open(new FakeContext(driver, options).with("file", below));
    }

    @Test
    void requests_window_reachTheChildMovedByTheOffset() throws IOException {
        try (BlockNode below = memory(); BlockNode node = raw(below, Map.of("offset", 1000L, "size", 4096L))) {
            assertEquals(4096, node.size());
            write(node, 96, bytes(4000, 3));
            assertArrayEquals(bytes(4000, 3), read(below, 1096, 4000));
            assertArrayEquals(bytes(4000, 3), read(node, 96, 4000));
            node.writeZeroes(100, 10, RequestFlags.NONE);
            assertArrayEquals(bytes(10, 0), read(below, 1100, 10));
            node.discard(200, 10);
            assertArrayEquals(bytes(10, 0), read(below, 1200, 10));
        }
    }

    @Test
    void blockStatus_window_isThatOfTheChild() throws IOException {
        try (BlockNode below = memory(); BlockNode node = raw(below, Map.of("offset", 1000L))) {
            BlockStatus.SameAs status = assertInstanceOf(BlockStatus.SameAs.class,
                    node.blockStatus(24, 100, Effort.FIND_ZEROES));
            assertEquals(100, status.bytes());
            assertEquals(1024, status.childOffset());
            assertEquals(below, assertInstanceOf(FakeChild.class, status.child()).below());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, -1, FILTERED", "1, -1, DATA", "0, 512, DATA"})
    void open_window_isAFilterOnlyWithoutOne(long offset, long size, ChildRole role) throws IOException {
        Map<String, Long> window = size < 0 ? Map.of("offset", offset) : Map.of("offset", offset, "size", size);
        try (BlockNode below = memory(); BlockNode node = raw(below, window)) {
            BlockStatus.SameAs status = (BlockStatus.SameAs) node.blockStatus(0, 1, Effort.FIND_ZEROES);
            assertEquals(Set.of(role, ChildRole.PRIMARY), status.child().roles());
        }
    }

    @Test
    void truncate_withoutFixedSize_resizesTheChild() throws IOException {
        try (BlockNode below = memory(); BlockNode node = raw(below, Map.of("offset", 1000L))) {
            assertEquals(SIZE - 1000, node.size());
            node.truncate(5000, Preallocation.OFF, RequestFlags.NONE);
            assertEquals(6000, below.size());
            assertEquals(5000, node.size());
            BlockException e = assertThrows(BlockException.class,
                    () -> node.truncate(Long.MAX_VALUE - 999, Preallocation.OFF, RequestFlags.NONE));
            assertTrue(e.problem().contains("allowed is 0 to " + (Long.MAX_VALUE - 1000)), e.problem());
        }
    }

    @Test
    void truncate_fixedSize_isRefused() throws IOException {
        try (BlockNode below = memory(); BlockNode node = raw(below, Map.of("size", 512L))) {
            BlockException e = assertThrows(BlockException.class,
                    () -> node.truncate(1024, Preallocation.OFF, RequestFlags.NONE));
            assertEquals(ErrorKind.UNSUPPORTED, e.kind());
            assertEquals(SIZE, below.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"1048577, -1, allowed is 0 to 1048576", "0, 1000, not a multiple of 512",
        "1048576, 512, allowed is 0 to 0", "0, 1049088, allowed is 0 to 1048576",
        "9223372036854775807, 512, allowed is 0 to 1048576", "512, 9223372036854775296, allowed is 0 to 1048064"})
    void open_windowThatDoesNotFit_saysWhatDoes(long offset, long size, String message) throws IOException {
        Map<String, Long> window = size < 0 ? Map.of("offset", offset) : Map.of("offset", offset, "size", size);
        try (BlockNode below = memory()) {
            BlockException e = assertThrows(BlockException.class, () -> raw(below, window).close());
            assertEquals(ErrorKind.INVALID_OPTION, e.kind());
            assertTrue(e.problem().contains(message), e.problem());
        }
    }

    @Test
    void size_childCutBelowTheOffset_isZero() throws IOException {
        try (BlockNode below = memory(); BlockNode node = raw(below, Map.of("offset", 1000L))) {
            below.truncate(10, Preallocation.OFF, RequestFlags.NONE);
            assertEquals(0, node.size());
        }
    }

    @Test
    void limits_offsetBetweenBlocks_keepOnlyTheGranularityThatHolds() {
        BlockLimits below = BlockLimits.NONE.withAlignment(4096, 512).withGranularity(512, 65536);
        assertEquals(below.withAlignment(1, 512), RawNode.shifted(below, 0));
        assertEquals(BlockLimits.NONE.withAlignment(1, 512).withGranularity(512, 1), RawNode.shifted(below, 1024));
    }

    @Test
    void probe_anything_isTheLastResort() {
        assertEquals(ProbeScore.FALLBACK, driver.probe(new ProbeHead(ByteBuffer.allocate(0), "x")));
    }

    @Test
    void create_file_getsTheSizeInWholeSectors() throws IOException {
        try (BlockNode below = memory()) {
            FakeChild file = new FakeChild("file", Set.of(ChildRole.PRIMARY), below);
            driver.create(new FakeCreation("", 12345, driver.createOptions().read(Map.of()), file));
            assertEquals(12800, below.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"1048576, true", "1000, true", "1048577, false"})
    void create_fileOfFixedSize_needsEnoughRoom(long size, boolean fits) throws IOException {
        NullCoDriver fixed = new NullCoDriver();
        try (BlockNode below = fixed.open(new FakeContext(fixed, Map.of("size", (long) SIZE)))) {
            FakeChild file = new FakeChild("file", Set.of(ChildRole.PRIMARY), below);
            FakeCreation creation = new FakeCreation("", size, driver.createOptions().read(Map.of()), file);
            if (fits) {
                driver.create(creation);
            } else {
                assertEquals(ErrorKind.UNSUPPORTED,
                        assertThrows(BlockException.class, () -> driver.create(creation)).kind());
            }
        }
    }
}
