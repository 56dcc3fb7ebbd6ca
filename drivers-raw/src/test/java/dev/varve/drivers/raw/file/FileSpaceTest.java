// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static dev.varve.drivers.raw.testing.Transfers.bytes;
import static dev.varve.drivers.raw.testing.Transfers.read;
import static dev.varve.drivers.raw.testing.Transfers.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileSpaceTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    private Path folder;

    private Path full() throws IOException {
        Path path = folder.resolve("disk.raw");
        Files.write(path, bytes(SIZE, 7));
        return path;
    }

    private static long allocated(FileNode node) throws IOException {
        node.flush();
        return node.info().actualSize().orElseThrow();
    }

    private static void assertZeroed(FileNode node, int start, int end) throws IOException {
        assertArrayEquals(bytes(start, 7), read(node, 0, start));
        assertArrayEquals(bytes(end - start, 0), read(node, start, end - start));
        assertArrayEquals(bytes(SIZE - end, 7), read(node, end, SIZE - end));
    }

    @Test
    void writeZeroes_withoutUnmap_zeroesAndKeepsSpace() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, full())) {
            node.writeZeroes(65536 + 10, 200000, RequestFlags.NONE);
            assertZeroed(node, 65536 + 10, 265546);
            assertTrue(allocated(node) >= SIZE);
        }
    }

    @Test
    void writeZeroes_mayUnmap_zeroesAndFreesSpace() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, full())) {
            node.writeZeroes(65536 + 10, 200000, RequestFlags.MAY_UNMAP);
            assertZeroed(node, 65536 + 10, 265546);
            assertTrue(allocated(node) <= SIZE - 180000);
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void truncate_emptyFileToLessThanASector_makesItNoLonger(HostFiles way) throws IOException {
        Path path = Files.createFile(folder.resolve("empty.raw"));
        try (FileNode node = FileNodes.open(way, path)) {
            node.truncate(100, Preallocation.OFF, RequestFlags.NONE);
        }
        assertEquals(100, Files.size(path));
    }

    @Test
    void discard_range_freesSpaceAndStaysInside() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, full())) {
            node.discard(SIZE / 2, SIZE);
            assertZeroed(node, SIZE / 2, SIZE);
            assertEquals(SIZE, node.size());
            assertTrue(allocated(node) <= SIZE / 2 + 8192);
        }
    }

    @ParameterizedTest
    @EnumSource(RequestedUnmap.class)
    void writeZeroes_acrossTheEnd_growsToTheRangesEnd(RequestedUnmap unmap) throws IOException {
        Path path = full();
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, path)) {
            node.writeZeroes(SIZE - 100, 1000, unmap.flags());
            assertEquals(SIZE + 1024, node.size(), "whole sectors");
            assertEquals(SIZE + 900, Files.size(path));
            assertArrayEquals(bytes(1000, 0), read(node, SIZE - 100, 1000));
            assertArrayEquals(bytes(SIZE - 100, 7), read(node, 0, SIZE - 100));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void writeZeroes_whollyBehindTheEnd_growsInBothWays(HostFiles way) throws IOException {
        Path path = full();
        try (FileNode node = FileNodes.open(way, path)) {
            node.writeZeroes(SIZE + 5000, 1000, RequestFlags.MAY_UNMAP);
            assertEquals(SIZE + 6000, Files.size(path));
            assertArrayEquals(bytes(6000, 0), read(node, SIZE, 6000));
        }
    }

    /** The two ways to ask. */
    enum RequestedUnmap {
        YES, NO;

        RequestFlags flags() {
            return this == YES ? RequestFlags.MAY_UNMAP : RequestFlags.NONE;
        }
    }

    @ParameterizedTest
    @EnumSource(RequestedUnmap.class)
    void writeZeroes_fileSystemWithoutZeroRange_punchesInstead(RequestedUnmap unmap) throws IOException {
        Path memory = Path.of("/dev/shm");
        Assumptions.assumeTrue(Files.isWritable(memory), "/dev/shm is not there");
        Path path = Files.createTempFile(memory, "varve", ".raw");
        try {
            Files.write(path, bytes(SIZE, 7));
            try (FileNode node = FileNodes.open(HostFiles.NATIVE, path)) {
                node.writeZeroes(65536, 65536, unmap.flags());
                assertZeroed(node, 65536, 131072);
                assertEquals(unmap == RequestedUnmap.YES ? SIZE - 65536 : SIZE, allocated(node));
                node.writeZeroes(SIZE - 100, 1000, unmap.flags());
                assertEquals(SIZE + 900, Files.size(path));
            }
        } finally {
            Files.delete(path);
        }
    }

    @Test
    void writeZeroes_channel_isUnsupportedAndChangesNothing() throws IOException {
        Path path = full();
        try (FileNode node = FileNodes.open(HostFiles.CHANNEL, path)) {
            BlockException e = assertThrows(BlockException.class,
                    () -> node.writeZeroes(SIZE - 100, 1000, RequestFlags.MAY_UNMAP));
            assertEquals(ErrorKind.UNSUPPORTED, e.kind());
            assertEquals(SIZE, node.size());
            assertArrayEquals(bytes(SIZE, 7), read(node, 0, SIZE));
        }
    }

    @Test
    void discard_channel_isIgnored() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.CHANNEL, full())) {
            node.discard(0, SIZE);
            assertArrayEquals(bytes(SIZE, 7), read(node, 0, SIZE));
        }
    }

    @Test
    void truncate_falloc_reservesSpaceThatReadsAsZeroes() throws IOException {
        Path path = full();
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, path)) {
            node.truncate(2 * SIZE, Preallocation.FALLOC, RequestFlags.NONE);
            assertEquals(2 * SIZE, Files.size(path));
            assertTrue(allocated(node) >= 2 * SIZE);
            assertArrayEquals(bytes(SIZE, 0), read(node, SIZE, SIZE));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void truncate_full_writesZeroesOfAnyLength(HostFiles way) throws IOException {
        Path path = full();
        try (FileNode node = FileNodes.open(way, path)) {
            node.truncate(SIZE + 777_777, Preallocation.FULL, RequestFlags.NONE);
            assertEquals(SIZE + 777_777, Files.size(path));
            assertArrayEquals(bytes(777_777, 0), read(node, SIZE, 777_777));
            if (way == HostFiles.NATIVE) {
                assertTrue(allocated(node) >= SIZE + 777_777);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void truncate_preallocationThatDoesNotFit_isUnsupportedAndChangesNothing(HostFiles way) throws IOException {
        Path path = full();
        try (FileNode node = FileNodes.open(way, path)) {
            assertEquals(ErrorKind.UNSUPPORTED, assertThrows(BlockException.class,
                    () -> node.truncate(2 * SIZE, Preallocation.METADATA, RequestFlags.NONE)).kind());
            assertEquals(ErrorKind.UNSUPPORTED, assertThrows(BlockException.class,
                    () -> node.truncate(SIZE / 2, Preallocation.FULL, RequestFlags.NONE)).kind());
            assertEquals(SIZE, node.size());
            assertEquals(SIZE, Files.size(path));
        }
    }

    @Test
    void truncate_fallocWithoutSpace_failsAndRestoresTheSize() throws IOException {
        Path path = full();
        long free = Files.getFileStore(path).getTotalSpace();
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, path)) {
            BlockException e = assertThrows(BlockException.class,
                    () -> node.truncate(free * 2, Preallocation.FALLOC, RequestFlags.NONE));
            assertEquals(ErrorKind.NO_SPACE, e.kind());
            assertTrue(e.problem().contains(path.toString()), e.problem());
            assertEquals(SIZE, Files.size(path));
            assertEquals(SIZE, node.size());
        }
    }
}
