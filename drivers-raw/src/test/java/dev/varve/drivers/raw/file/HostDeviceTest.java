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
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.NodeSettings;
import dev.varve.drivers.raw.testing.FakeContext;
import dev.varve.drivers.raw.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With a loop device, which takes root. */
class HostDeviceTest {
    private static final int SIZE = 4 << 20;

    @TempDir
    private Path folder;
    private String device = "";

    @BeforeEach
    void makeDevice() throws Exception {
        Tool.assumePresent("losetup");
        Path path = Files.write(folder.resolve("device.raw"), bytes(SIZE, 7));
        Tool.Result loop = Tool.run("losetup", "--find", "--show", path.toString());
        Assumptions.assumeTrue(loop.status() == 0, "no loop device: " + loop.output().strip());
        device = loop.output().strip();
    }

    @AfterEach
    void removeDevice() throws Exception {
        if (!device.isEmpty()) {
            Tool.run("losetup", "--detach", device);
        }
    }

    private FileNode open(HostFiles way, NodeSettings settings) throws IOException {
        return FileNode.open(new FakeContext(new HostDeviceDriver(), Map.of("filename", device), settings), true, way);
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void transfers_device_reachTheMedium(HostFiles way) throws IOException {
        try (FileNode node = open(way, NodeSettings.DEFAULT)) {
            assertEquals(SIZE, node.size());
            write(node, 5000, bytes(3000, 3));
            assertArrayEquals(bytes(3000, 3), read(node, 5000, 3000));
            assertArrayEquals(bytes(100, 7), read(node, 4900, 100));
            node.flush();
            BlockStatus status = node.blockStatus(0, SIZE, Effort.FIND_ZEROES);
            assertEquals(SIZE, status.bytes());
            assertTrue(status instanceof BlockStatus.Data, "is " + status);
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void writeAndTruncate_beyondTheDevice_fail(HostFiles way) throws IOException {
        try (FileNode node = open(way, NodeSettings.DEFAULT)) {
            BlockException e = assertThrows(BlockException.class, () -> write(node, SIZE, bytes(512, 1)));
            assertEquals(ErrorKind.NO_SPACE, e.kind());
            assertEquals(ErrorKind.UNSUPPORTED, assertThrows(BlockException.class,
                    () -> node.truncate(SIZE + 512, Preallocation.OFF, RequestFlags.NONE)).kind());
            node.truncate(SIZE, Preallocation.OFF, RequestFlags.NONE);
            assertEquals(SIZE, node.size());
        }
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_deviceAsFile_isRefused(HostFiles way) {
        BlockException e = assertThrows(BlockException.class,
                () -> FileNodes.open(way, Path.of(device)).close());
        assertTrue(e.problem().contains("'host_device'"), e.problem());
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void open_direct_publishesTheBlockSize(HostFiles way) throws IOException {
        try (FileNode node = open(way, FileNodes.DIRECT)) {
            assertTrue(node.limits().requestAlignment() >= 512);
        }
    }

    @Test
    void zeroesAndDiscard_device_useItsOwnWays() throws IOException {
        try (FileNode node = open(HostFiles.NATIVE, NodeSettings.DEFAULT)) {
            assertEquals(512, node.limits().zeroAlignment());
            node.writeZeroes(65536, 65536, RequestFlags.NONE);
            node.writeZeroes(3 * 65536, 65536, RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK));
            node.discard(5 * 65536, 65536);
            for (int i = 0; i < 7; i++) {
                assertArrayEquals(bytes(65536, i % 2 == 0 ? 7 : 0), read(node, i * 65536L, 65536), "part " + i);
            }
            BlockException e = assertThrows(BlockException.class,
                    () -> node.writeZeroes(0, 512, RequestFlags.NO_FALLBACK));
            assertEquals(ErrorKind.UNSUPPORTED, e.kind());
        }
    }
}
