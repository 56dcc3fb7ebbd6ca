// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.RecordingDisk;
import dev.varve.conformance.device.RemovableDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.DiskAssertions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CacheTest {
    private static final int SIZE = (4 << 20) + 512;
    private static final int BLOCK = 64 << 10;

    private final byte[] content = new byte[SIZE];
    private final RecordingDisk child;

    CacheTest() {
        new Random(1).nextBytes(content);
        child = new RecordingDisk("child", SparseContent.of(content));
    }

    /** A disk that is used. */
    private interface Use {
        void of(BlockGraph graph, BlockBackend disk) throws IOException;
    }

    private static void cached(MemoryDisk child, Map<String, Object> options, Use use) throws IOException {
        Map<String, Object> definition = new HashMap<>(options);
        definition.put("driver", "cache");
        definition.put("file", child.definition().with("node-name", "below").options());
        try (BlockGraph graph = BlockLayer.load().newGraph(GraphSettings.DEFAULT.withDriver(child))) {
            NodeName node = graph.add(new NodeDefinition(definition));
            try (BlockBackend disk = graph.openBackend(node, Permissions.READ_WRITE)) {
                use.of(graph, disk);
            }
        }
    }

    private static ByteBuffer filled(int bytes, int fill) {
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) fill);
        return ByteBuffer.wrap(data);
    }

    private int reads() {
        return child.requests(Operation.READ).size();
    }

    @Test
    void read_secondTime_asksTheChildNothing() throws IOException {
        cached(child, Map.of(), (graph, disk) -> {
            DiskAssertions.assertContent(disk, content);
            int reads = reads();
            DiskAssertions.assertContent(disk, content);
            assertEquals(reads, reads());
        });
    }

    @Test
    void read_ofOneByte_bringsItsBlock() throws IOException {
        cached(child, Map.of("block-size", "8k"), (graph, disk) -> {
            assertArrayEquals(new byte[] {content[70_000]}, DiskAssertions.read(disk, 70_000, 1));
            assertEquals(8192, child.requests(Operation.READ).getLast().bytes());
            DiskAssertions.read(disk, 65_536, 8192);
            assertEquals(1, reads());
        });
    }

    @Test
    void read_sequential_asksOnceForManyBlocks() throws IOException {
        cached(child, Map.of("read-ahead", "1M"), (graph, disk) -> {
            for (int offset = 0; offset + BLOCK <= SIZE; offset += BLOCK) {
                byte[] expected = Arrays.copyOfRange(content, offset, offset + BLOCK);
                DiskAssertions.assertBytes(expected, DiskAssertions.read(disk, offset, BLOCK), offset, "stream");
            }
            // One block, which is no stream yet, and then 17 at a time.
            assertEquals(5, reads());
        });
    }

    @Test
    void read_sequentialWithoutReadAhead_asksForEachBlock() throws IOException {
        cached(child, Map.of("read-ahead", "0"), (graph, disk) -> {
            for (int offset = 0; offset + BLOCK <= SIZE; offset += BLOCK) {
                DiskAssertions.read(disk, offset, BLOCK);
            }
            assertEquals(64, reads());
        });
    }

    @Test
    void read_sequentialThroughASmallCache_stillReadsAheadOnce() throws IOException {
        cached(child, Map.of("read-ahead", "256k", "size", "1M"), (graph, disk) -> {
            for (int pass = 0; pass < 2; pass++) {
                child.forget();
                for (int offset = 0; offset + BLOCK <= SIZE; offset += BLOCK) {
                    DiskAssertions.read(disk, offset, BLOCK);
                }
                assertTrue(reads() <= 64 / 4, () -> reads() + " requests for 64 blocks");
            }
        });
    }

    @Test
    void read_apart_readsNothingAhead() throws IOException {
        cached(child, Map.of(), (graph, disk) -> {
            for (int offset = 0; offset + BLOCK <= SIZE; offset += 3 * BLOCK) {
                DiskAssertions.read(disk, offset, 512);
            }
            assertTrue(child.requests(Operation.READ).stream().allMatch(request -> request.bytes() == BLOCK));
        });
    }

    @Test
    void write_through_isInTheChildAtOnce() throws IOException {
        cached(child, Map.of(), (graph, disk) -> {
            DiskAssertions.read(disk, 0, BLOCK);
            disk.write(100, filled(1000, 7));
            assertEquals(1, child.requests(Operation.WRITE).size());
            byte[] expected = Arrays.copyOf(content, BLOCK);
            Arrays.fill(expected, 100, 1100, (byte) 7);
            DiskAssertions.assertBytes(expected, DiskAssertions.read(disk, 0, BLOCK), 0, "read after the write");
            assertEquals(1, reads());
        });
    }

    @Test
    void write_back_reachesTheChildAtTheFlush() throws IOException {
        cached(child, Map.of("mode", "write-back"), (graph, disk) -> {
            for (int i = 0; i < 16; i++) {
                disk.write(4096L * i, filled(4096, 7));
            }
            assertEquals(0, child.requests(Operation.WRITE).size());
            disk.flush();
            assertEquals(1, child.requests(Operation.WRITE).size());
            assertEquals(Operation.FLUSH, child.requests().getLast().operation());
        });
    }

    @Test
    void writeBack_ofAPartOfABlock_writesThatPart() throws IOException {
        cached(child, Map.of("mode", "write-back"), (graph, disk) -> {
            disk.write(10_000, filled(500, 7));
            disk.flush();
            assertEquals(500, child.requests(Operation.WRITE).getLast().bytes());
        });
    }

    @Test
    void writeBack_ofMoreThanMayWait_losesNothing() throws IOException {
        cached(child, Map.of("mode", "write-back", "size", "1M"), (graph, disk) -> {
            disk.write(0, filled(SIZE, 9));
            assertTrue(child.requests(Operation.WRITE).size() > 1, "nothing was written before the flush");
            byte[] expected = filled(SIZE, 9).array();
            DiskAssertions.assertContent(disk, expected);
            disk.flush();
            DiskAssertions.assertBytes(expected, child.content().toByteArray(), 0, "content of the child");
        });
    }

    @Test
    void writeBack_withFua_isInTheChildWhenItReturns() throws IOException {
        cached(child, Map.of("mode", "write-back"), (graph, disk) -> {
            disk.write(0, filled(512, 9), RequestFlags.FUA);
            assertEquals(Operation.FLUSH, child.requests().getLast().operation());
            assertEquals(1, child.requests(Operation.WRITE).size());
        });
    }

    @Test
    void writeBack_failed_isToldAtTheFlushAndPoisons() throws IOException {
        FaultyDisk faulty = new FaultyDisk("child", SparseContent.of(content));
        BlockException lost = assertThrows(BlockException.class,
                () -> cached(faulty, Map.of("mode", "write-back"), (graph, disk) -> {
                    faulty.failFrom(Operation.WRITE, 0);
                    disk.write(0, filled(512, 9));
                    assertEquals(ErrorKind.IO, assertThrows(BlockException.class, disk::flush).kind());
                    faulty.repair();
                    for (var refused : new Executable[] {disk::flush,
                        () -> disk.write(0, filled(512, 8)),
                        () -> disk.writeZeroes(0, 512, RequestFlags.NONE)}) {
                        assertEquals(ErrorKind.POISONED, assertThrows(BlockException.class, refused).kind());
                    }
                    assertArrayEquals(filled(512, 9).array(), DiskAssertions.read(disk, 0, 512));
                }));
        assertEquals(ErrorKind.POISONED, lost.kind());
        assertEquals(0, faulty.openNodes());
    }

    @Test
    void writeBack_beforeAClose_isInTheChildAfterIt() throws IOException {
        cached(child, Map.of("mode", "write-back"), (graph, disk) -> disk.write(0, filled(512, 9)));
        DiskAssertions.assertBytes(filled(512, 9).array(), Arrays.copyOf(child.content().toByteArray(), 512), 0,
                "content of the child");
    }

    @Test
    void status_ofWhatWaits_isData() throws IOException {
        RecordingDisk empty = new RecordingDisk("child", SparseContent.ofSize(SIZE));
        cached(empty, Map.of("mode", "write-back"), (graph, disk) -> {
            disk.write(BLOCK, filled(512, 9));
            DiskAssertions.assertStatusTellsContent(graph, disk);
            assertEquals(0, empty.requests(Operation.WRITE).size());
        });
    }

    @Test
    void child_ofAnOpenCache_isWrittenByNobodyElse() throws IOException {
        cached(child, Map.of(), (graph, disk) -> {
            BlockException refusal = assertThrows(BlockException.class,
                    () -> graph.openBackend(new NodeName("below"), Permissions.READ_WRITE));
            assertEquals(ErrorKind.PERMISSION, refusal.kind());
        });
    }

    @Test
    void medium_exchanged_isReadAnew() throws IOException {
        RemovableDisk removable = new RemovableDisk("child", SparseContent.of(content));
        cached(removable, Map.of(), (graph, disk) -> {
            DiskAssertions.read(disk, 0, 512);
            removable.eject();
            removable.content().write(0, filled(512, 5));
            removable.insert();
            assertArrayEquals(filled(512, 5).array(), DiskAssertions.read(disk, 0, 512));
        });
    }

    @Test
    void badBlock_ofAnotherSector_spoilsNoReadThatCanBeDone() throws IOException {
        FaultyDisk faulty = new FaultyDisk("child", SparseContent.of(content));
        cached(faulty, Map.of(), (graph, disk) -> {
            faulty.failOnce(Operation.READ, 0);
            assertArrayEquals(Arrays.copyOf(content, 512), DiskAssertions.read(disk, 0, 512));
        });
    }

    @Test
    void info_afterReads_countsThem() throws IOException {
        cached(child, Map.of(), (graph, disk) -> {
            DiskAssertions.read(disk, 0, 512);
            DiskAssertions.read(disk, 0, 512);
            Map<?, ?> told = (Map<?, ?>) disk.info().specific().get("cache");
            assertEquals(1L, told.get("hits"));
            assertEquals(1L, told.get("misses"));
            assertEquals((long) BLOCK, told.get("bytes"));
        });
    }

    @Test
    void open_blockSizeNoPowerOfTwo_isRefused() {
        BlockException refusal = assertThrows(BlockException.class,
                () -> cached(child, Map.of("block-size", "5000"), (graph, disk) -> { }));
        assertEquals("option 'block-size': value 5000 is not a power of two", refusal.problem());
    }
}
