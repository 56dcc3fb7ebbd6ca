// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static dev.varve.drivers.raw.testing.Transfers.bytes;
import static dev.varve.drivers.raw.testing.Transfers.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.drivers.raw.testing.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStatusTest {
    private static final long SIZE = 5L << 30;
    private static final int BLOCK = 64 << 10;

    @TempDir
    private Path folder;

    private Path sparse(long size) throws IOException {
        Path path = folder.resolve("disk.raw");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        return path;
    }

    private static BlockStatus data(long offset, long bytes) {
        return new BlockStatus.Data(bytes, Optional.of(new BlockStatus.Storage(Optional.empty(), offset)), false);
    }

    private static BlockStatus hole(long offset, long bytes) {
        return new BlockStatus.Zero(bytes, Optional.of(new BlockStatus.Storage(Optional.empty(), offset)));
    }

    private static BlockStatus ask(FileNode node, long offset, long bytes) throws IOException {
        return node.blockStatus(offset, bytes, Effort.FIND_ZEROES);
    }

    @Test
    void blockStatus_sparseFile_tellsHolesFromDataWithTheirPlace() throws IOException {
        long where = 3L << 30;
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, sparse(SIZE))) {
            write(node, where, bytes(BLOCK, 1));
            assertEquals(hole(0, where), ask(node, 0, SIZE));
            assertEquals(hole(1000, 100), ask(node, 1000, 100));
            assertEquals(data(where, BLOCK), ask(node, where, SIZE - where));
            assertEquals(data(where + 5, 10), ask(node, where + 5, 10));
            assertEquals(hole(where + BLOCK, SIZE - where - BLOCK), ask(node, where + BLOCK, SIZE - where - BLOCK));
        }
    }

    @Test
    void blockStatus_dataFoundThenFreed_isAHoleAtOnce() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, sparse(4 * BLOCK))) {
            write(node, 0, bytes(4 * BLOCK, 1));
            assertEquals(data(0, 4 * BLOCK), ask(node, 0, 4 * BLOCK));
            node.discard(BLOCK, BLOCK);
            assertEquals(data(0, BLOCK), ask(node, 0, 4 * BLOCK));
            assertEquals(hole(BLOCK, BLOCK), ask(node, BLOCK, BLOCK));
            node.writeZeroes(0, BLOCK, RequestFlags.MAY_UNMAP);
            assertEquals(hole(0, 2 * BLOCK), ask(node, 0, 4 * BLOCK));
        }
    }

    @Test
    void blockStatus_holeFoundThenWritten_isDataAtOnce() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, sparse(4 * BLOCK))) {
            assertEquals(hole(0, 4 * BLOCK), ask(node, 0, 4 * BLOCK));
            write(node, BLOCK, bytes(BLOCK, 1));
            assertEquals(data(BLOCK, BLOCK), ask(node, BLOCK, 3 * BLOCK));
        }
    }

    @Test
    void blockStatus_holeWrittenByAnother_isDataAtOnce() throws IOException {
        Path path = sparse(4 * BLOCK);
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, path)) {
            assertEquals(hole(0, 4 * BLOCK), ask(node, 0, 4 * BLOCK));
            try (RandomAccessFile other = new RandomAccessFile(path.toFile(), "rw")) {
                other.write(bytes(BLOCK, 1));
            }
            assertEquals(data(0, BLOCK), ask(node, 0, 4 * BLOCK));
        }
    }

    @Test
    void blockStatus_allocationOnly_isDataWithoutLooking() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, sparse(SIZE))) {
            assertEquals(data(100, SIZE - 100), node.blockStatus(100, SIZE - 100, Effort.ALLOCATION_ONLY));
        }
    }

    @Test
    void blockStatus_channel_isAllData() throws IOException {
        try (FileNode node = FileNodes.open(HostFiles.CHANNEL, sparse(SIZE))) {
            assertEquals(data(0, SIZE), ask(node, 0, SIZE));
        }
    }

    @Test
    void blockStatus_fileWithAnOddEnd_isZeroBehindIt() throws IOException {
        Path path = folder.resolve("odd.raw");
        Files.write(path, bytes(1000, 1));
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, path)) {
            assertEquals(data(0, 1000), ask(node, 0, 1024));
            assertEquals(hole(1000, 24), ask(node, 1000, 24));
        }
    }

    @Test
    void blockStatus_randomSparseFile_equalsQemuImgMap() throws Exception {
        Tool.assumePresent("qemu-img");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path path = sparse(SIZE);
        try (FileNode node = FileNodes.open(HostFiles.NATIVE, path)) {
            for (int i = 0; i < 40; i++) {
                write(node, (long) (random.nextDouble() * (SIZE / BLOCK - 4)) * BLOCK,
                        bytes(BLOCK * (1 + random.nextInt(4)), 1));
            }
            node.flush();
            Tool.Result map = Tool.run("qemu-img", "map", "-U", "-f", "raw", "--output", "json", path.toString());
            assertEquals(map.output().strip(), String.join("\n", json(node)), "seed " + seed);
        }
    }

    /** The node's map in the words of qemu-img. */
    private static List<String> json(FileNode node) throws IOException {
        List<String> lines = new ArrayList<>();
        BlockStatus run;
        for (long offset = 0; offset < SIZE; offset += run.bytes()) {
            run = ask(node, offset, SIZE - offset);
            boolean zero = run instanceof BlockStatus.Zero;
            Optional<BlockStatus.Storage> storage = zero ? ((BlockStatus.Zero) run).storage()
                    : assertInstanceOf(BlockStatus.Data.class, run).storage();
            lines.add("{ \"start\": " + offset + ", \"length\": " + run.bytes()
                    + ", \"depth\": 0, \"present\": true, \"zero\": " + zero + ", \"data\": " + !zero
                    + ", \"offset\": " + storage.orElseThrow().offset() + "}");
        }
        return List.of("[" + String.join(",\n", lines) + "]");
    }
}
