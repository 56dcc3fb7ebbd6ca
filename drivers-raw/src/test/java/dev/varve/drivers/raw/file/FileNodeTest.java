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
import dev.varve.api.spi.NodeSettings;
import dev.varve.drivers.raw.testing.FakeContext;
import dev.varve.drivers.raw.testing.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileNodeTest {
    @TempDir
    private Path folder;

    private Path file(long size) throws IOException {
        Path path = folder.resolve("disk.raw");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        return path;
    }

    private static BlockException refused(HostFiles way, NodeSettings settings, Map<String, ?> options) {
        return assertThrows(BlockException.class, () -> FileNodes.open(way, settings, options).close());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void read_afterWrite_givesTheBytesBack(HostFiles way) throws IOException {
        try (FileNode node = FileNodes.open(way, file(10000))) {
            write(node, 4095, bytes(3000, 7));
            assertArrayEquals(bytes(3000, 7), read(node, 4095, 3000));
            assertArrayEquals(bytes(4095, 0), read(node, 0, 4095));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void readAndWrite_heapBufferLargerThanAPiece_keepsPositionAndNeighbours(HostFiles way) throws IOException {
        int count = 3 * BounceBuffers.PIECE + 5;
        byte[] content = new byte[count + 20];
        new java.util.Random(1).nextBytes(content);
        try (FileNode node = FileNodes.open(way, file(count + 100))) {
            ByteBuffer source = ByteBuffer.wrap(content, 10, count).slice();
            node.write(50, source, RequestFlags.NONE);
            assertEquals(source.limit(), source.position());
            ByteBuffer target = ByteBuffer.allocate(count + 20).position(10).limit(10 + count);
            node.read(50, target, RequestFlags.NONE);
            assertEquals(10 + count, target.position());
            assertEquals(ByteBuffer.wrap(content, 10, count), target.position(10));
            assertArrayEquals(bytes(50, 0), read(node, 0, 50));
            assertEquals(0, target.array()[9]);
            assertEquals(0, target.array()[10 + count]);
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void read_directBufferWithPositionAndLimit_fillsOnlyThat(HostFiles way) throws IOException {
        try (FileNode node = FileNodes.open(way, file(4096))) {
            write(node, 0, bytes(4096, 9));
            ByteBuffer target = ByteBuffer.allocateDirect(100).position(20).limit(60);
            node.read(0, target, RequestFlags.NONE);
            assertEquals(60, target.position());
            target.clear();
            for (int i = 0; i < 100; i++) {
                assertEquals(i >= 20 && i < 60 ? 9 : 0, target.get(i), "byte " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void read_readOnlyBuffer_isRefused(HostFiles way) throws IOException {
        try (FileNode node = FileNodes.open(way, file(4096))) {
            ByteBuffer target = ByteBuffer.allocateDirect(100).asReadOnlyBuffer();
            assertThrows(ReadOnlyBufferException.class, () -> node.read(0, target, RequestFlags.NONE));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void read_rangeReachesBehindTheEnd_givesZeroesThere(HostFiles way) throws IOException {
        Path path = folder.resolve("odd.raw");
        Files.write(path, bytes(1000, 5));
        try (FileNode node = FileNodes.open(way, path, FileNodes.READ_ONLY)) {
            assertEquals(1024, node.size(), "whole sectors");
            ByteBuffer dirty = ByteBuffer.allocateDirect(1024).put(bytes(1024, 0xff)).flip();
            node.read(0, dirty, RequestFlags.NONE);
            byte[] found = new byte[1024];
            dirty.flip().get(found);
            byte[] expected = bytes(1024, 0);
            System.arraycopy(bytes(1000, 5), 0, expected, 0, 1000);
            assertArrayEquals(expected, found);
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void write_behindTheEnd_growsAndLeavesZeroesBetween(HostFiles way) throws IOException {
        Path path = file(100);
        try (FileNode node = FileNodes.open(way, path)) {
            write(node, 5000, bytes(10, 1));
            assertEquals(5120, node.size(), "whole sectors");
            assertArrayEquals(bytes(4900, 0), read(node, 100, 4900));
        }
        assertEquals(5010, Files.size(path));
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void readAndWrite_atOffsetsOfManyGigabytes_reachTheRightPlace(HostFiles way) throws IOException {
        long far = 5L << 40 | 123;
        try (FileNode node = FileNodes.open(way, file(0))) {
            write(node, far, bytes(10, 3));
            write(node, (3L << 30) + 1, bytes(10, 4));
            assertEquals(Math.ceilDiv(far + 10, 512L) * 512, node.size());
            assertArrayEquals(bytes(10, 3), read(node, far, 10));
            assertArrayEquals(bytes(10, 4), read(node, (3L << 30) + 1, 10));
            assertArrayEquals(bytes(10, 0), read(node, far & 0xffffffffL, 10));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void truncate_shrinkAndGrow_leavesZeroesInTheGrownArea(HostFiles way) throws IOException {
        Path path = file(8192);
        try (FileNode node = FileNodes.open(way, path)) {
            write(node, 0, bytes(8192, 6));
            node.truncate(1000, Preallocation.OFF, RequestFlags.NONE);
            assertEquals(1000, Files.size(path));
            node.truncate(6000, Preallocation.OFF, RequestFlags.NONE);
            assertEquals(6144, node.size(), "whole sectors");
            assertArrayEquals(bytes(5000, 0), read(node, 1000, 5000));
            assertArrayEquals(bytes(1000, 6), read(node, 0, 1000));
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void changes_readOnlyNode_areRefused(HostFiles way) throws IOException {
        try (FileNode node = FileNodes.open(way, file(4096), FileNodes.READ_ONLY)) {
            BlockException e = assertThrows(BlockException.class, () -> write(node, 0, bytes(1, 1)));
            assertEquals(ErrorKind.READ_ONLY, e.kind());
            assertThrows(BlockException.class, () -> node.writeZeroes(0, 1, RequestFlags.NONE));
            assertThrows(BlockException.class, () -> node.discard(0, 1));
            assertThrows(BlockException.class, () -> node.truncate(0, Preallocation.OFF, RequestFlags.NONE));
            node.flush();
            assertEquals(4096, node.size());
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_missingFile_saysWhichAndWhy(HostFiles way) {
        String name = folder.resolve("missing").toString();
        BlockException e = refused(way, NodeSettings.DEFAULT, Map.of("filename", name));
        assertEquals(ErrorKind.NOT_FOUND, e.kind());
        assertEquals("could not open '" + name + "': No such file or directory", e.problem());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_directory_isRefusedByKind(HostFiles way) {
        BlockException e = refused(way, FileNodes.READ_ONLY, Map.of("filename", folder.toString()));
        assertEquals(ErrorKind.INVALID_OPTION, e.kind());
        assertTrue(e.problem().contains("it is a directory"), e.problem());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_pipe_isRefusedWithoutWaitingForAWriter(HostFiles way) throws Exception {
        Tool.assumePresent("mkfifo");
        Path pipe = folder.resolve("pipe");
        Tool.run("mkfifo", pipe.toString());
        BlockException e = refused(way, FileNodes.READ_ONLY, Map.of("filename", pipe.toString()));
        assertTrue(e.problem().contains("neither a regular file nor a block device"), e.problem());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_regularFileAsHostDevice_isRefused(HostFiles way) throws IOException {
        FakeContext context = new FakeContext(new HostDeviceDriver(), Map.of("filename", file(10).toString()));
        BlockException e = assertThrows(BlockException.class, () -> FileNode.open(context, true, way).close());
        assertTrue(e.problem().contains("'host_device' requires a block device"), e.problem());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_fileWithoutPermission_saysSo(HostFiles way) throws IOException {
        Path path = file(10);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(path), "this user may read everything");
        BlockException e = refused(way, NodeSettings.DEFAULT, Map.of("filename", path.toString()));
        assertEquals(ErrorKind.PERMISSION, e.kind());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_nativeAioWithoutDirect_isRefused(HostFiles way) throws IOException {
        BlockException e = refused(way, NodeSettings.DEFAULT,
                Map.of("filename", file(10).toString(), "aio", "native"));
        assertEquals(ErrorKind.INVALID_OPTION, e.kind());
        assertTrue(e.problem().contains("cache.direct=on"), e.problem());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void read_closedNode_failsAsClosed(HostFiles way) throws IOException {
        FileNode node = FileNodes.open(way, file(4096));
        node.close();
        BlockException e = assertThrows(BlockException.class, () -> read(node, 0, 512));
        assertEquals(ErrorKind.CLOSED, e.kind());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void write_beyondWhatFileSystemsHold_failsWithNoSpace(HostFiles way) throws IOException {
        OpenRequest request = new OpenRequest(file(10).toString(), true, false, false);
        try (AutoClose file = new AutoClose(way.open(request))) {
            long beyondAnyFile = Long.MAX_VALUE - 4096;
            BlockException e = assertThrows(BlockException.class,
                    () -> file.open.write(beyondAnyFile, ByteBuffer.allocateDirect(512)));
            assertEquals(ErrorKind.NO_SPACE, e.kind(), e.problem());
        }
    }

    private record AutoClose(HostFile open) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            open.close();
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void info_sparseFile_tellsNameAndSizes(HostFiles way) throws IOException {
        Path path = file(1 << 20);
        try (FileNode node = FileNodes.open(way, path)) {
            write(node, 0, bytes(65536, 1));
            node.flush();
            assertEquals(path.toString(), node.info().filename());
            assertEquals(1 << 20, node.info().size());
            if (way == HostFiles.NATIVE) {
                long occupied = node.info().actualSize().orElseThrow();
                assertTrue(occupied >= 65536 && occupied < 1 << 20, "occupies " + occupied);
            }
        }
    }

    @Test
    void best_propertyTurnsNativeOff_usesChannels() {
        String before = System.getProperty(HostFiles.PROPERTY);
        try {
            System.setProperty(HostFiles.PROPERTY, "false");
            assertEquals(HostFiles.CHANNEL, HostFiles.best());
        } finally {
            if (before == null) {
                System.clearProperty(HostFiles.PROPERTY);
            } else {
                System.setProperty(HostFiles.PROPERTY, before);
            }
        }
    }
}
