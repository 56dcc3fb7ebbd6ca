// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static dev.varve.drivers.raw.testing.Transfers.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirectIoTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    private Path folder;

    private Path file(int size) throws IOException {
        return Files.write(folder.resolve("disk.raw"), bytes(size, 7));
    }

    private static FileNode open(HostFiles way, Path path) throws IOException {
        try {
            return FileNodes.open(way, path, FileNodes.DIRECT);
        } catch (BlockException e) {
            Assumptions.assumeTrue(e.kind() != ErrorKind.UNSUPPORTED, e.problem());
            throw e;
        }
    }

    private static ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + 2 * 4096).alignedSlice(4096).limit(bytes).slice();
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void limits_direct_askForBlocksAndAlignedMemory(HostFiles way) throws IOException {
        try (FileNode node = open(way, file(SIZE))) {
            assertTrue(node.limits().requestAlignment() >= 512);
            assertTrue(node.limits().memoryAlignment() >= 2);
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void transfers_alignedAsTheLimitsSay_work(HostFiles way) throws IOException {
        try (FileNode node = open(way, file(SIZE))) {
            int block = node.limits().requestAlignment();
            int memory = node.limits().memoryAlignment();
            ByteBuffer large = aligned(block + memory);
            ByteBuffer source = large.position(memory).limit(memory + block).slice();
            node.write(block, source.put(bytes(block, 3)).flip(), RequestFlags.NONE);
            ByteBuffer heap = ByteBuffer.allocate(3 * block);
            node.read(0, heap, RequestFlags.NONE);
            assertArrayEquals(bytes(block, 7), java.util.Arrays.copyOf(heap.array(), block));
            assertEquals(3, heap.get(block));
            assertEquals(3, heap.get(2 * block - 1));
            assertEquals(7, heap.get(2 * block));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void read_lastPartOfABlock_givesZeroesBehindTheEnd(HostFiles way) throws IOException {
        try (FileNode node = open(way, file(SIZE + 100))) {
            ByteBuffer target = aligned(8192);
            target.put(bytes(8192, 0xff)).flip();
            node.read(SIZE, target, RequestFlags.NONE);
            assertEquals(7, target.get(99));
            for (int i = 100; i < 8192; i++) {
                assertEquals(0, target.get(i), "byte " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void transfers_misaligned_areTheCallersMistake(HostFiles way) throws IOException {
        try (FileNode node = open(way, file(SIZE))) {
            int block = node.limits().requestAlignment();
            ByteBuffer target = aligned(block);
            assertThrows(IllegalArgumentException.class, () -> node.read(1, target, RequestFlags.NONE));
            ByteBuffer odd = aligned(2 * block).position(1).limit(1 + block);
            assertThrows(IllegalArgumentException.class, () -> node.read(0, odd, RequestFlags.NONE));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void truncate_fullFromAnOddSizeToAnOddSize_works(HostFiles way) throws IOException {
        Path path = file(SIZE + 100);
        try (FileNode node = open(way, path)) {
            node.truncate(SIZE + 50_001, Preallocation.FULL, RequestFlags.NONE);
        }
        byte[] content = Files.readAllBytes(path);
        assertEquals(SIZE + 50_001, content.length);
        assertEquals(7, content[SIZE + 99]);
        assertArrayEquals(bytes(49_901, 0), java.util.Arrays.copyOfRange(content, SIZE + 100, content.length));
    }
}
