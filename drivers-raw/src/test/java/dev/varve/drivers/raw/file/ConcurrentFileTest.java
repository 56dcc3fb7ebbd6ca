// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static dev.varve.drivers.raw.testing.Transfers.bytes;
import static dev.varve.drivers.raw.testing.Transfers.read;
import static dev.varve.drivers.raw.testing.Transfers.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConcurrentFileTest {
    private static final int THREADS = 4;
    private static final int PART = 1 << 20;

    @TempDir
    private Path folder;

    private FileNode open(HostFiles way) throws IOException {
        return FileNodes.open(way, Files.createFile(folder.resolve("disk.raw")));
    }

    /** Each thread has a part of its own and knows what must be in it; the file grows under them. */
    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void requests_disjointParts_neverDisturbEachOther(HostFiles way) throws Exception {
        long seed = System.nanoTime();
        try (FileNode node = open(way); ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<byte[]>> parts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                long start = (long) i * PART;
                Random random = new Random(seed + i);
                parts.add(threads.submit(() -> exercise(node, start, random)));
            }
            for (int i = 0; i < THREADS; i++) {
                byte[] expected = parts.get(i).get(30, TimeUnit.SECONDS);
                assertArrayEquals(expected, read(node, (long) i * PART, PART), "seed " + seed + " part " + i);
            }
        }
    }

    private static byte[] exercise(FileNode node, long start, Random random) throws IOException {
        byte[] expected = new byte[PART];
        write(node, start + PART - 1, new byte[1]);
        for (int i = 0; i < 300; i++) {
            int from = random.nextInt(PART);
            int count = Math.min(PART - from, 1 + random.nextInt(random.nextBoolean() ? 1000 : 100_000));
            switch (random.nextInt(5)) {
                case 0 -> zero(node, start + from, count, expected, from, random.nextBoolean());
                case 1 -> assertArrayEquals(Arrays.copyOfRange(expected, from, from + count),
                        read(node, start + from, count));
                case 2 -> checkStatus(node, start + from, count, expected, from);
                default -> {
                    byte[] fresh = bytes(count, 1 + random.nextInt(255));
                    node.write(start + from, random.nextBoolean() ? ByteBuffer.wrap(fresh)
                            : ByteBuffer.allocateDirect(count).put(fresh).flip(), RequestFlags.NONE);
                    System.arraycopy(fresh, 0, expected, from, count);
                }
            }
        }
        return expected;
    }

    private static void zero(FileNode node, long offset, int count, byte[] expected, int from, boolean unmap)
            throws IOException {
        try {
            node.writeZeroes(offset, count, unmap ? RequestFlags.MAY_UNMAP : RequestFlags.NONE);
        } catch (BlockException e) {
            assertEquals(ErrorKind.UNSUPPORTED, e.kind());
            node.write(offset, ByteBuffer.allocate(count), RequestFlags.NONE);
        }
        Arrays.fill(expected, from, from + count, (byte) 0);
    }

    /** What is called a hole must read as zeroes. */
    private static void checkStatus(FileNode node, long offset, int count, byte[] expected, int from)
            throws IOException {
        int done = 0;
        while (done < count) {
            BlockStatus run = node.blockStatus(offset + done, count - done, Effort.FIND_ZEROES);
            if (run instanceof BlockStatus.Zero) {
                for (int i = 0; i < run.bytes(); i++) {
                    assertEquals(0, expected[from + done + i], "hole at " + (offset + done + i));
                }
            }
            done += (int) run.bytes();
        }
    }

    /** Looking at the length and setting it must be one step, or appended data is cut off. */
    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void writes_appendingBesideGrowingZeroes_areNeverCutOff(HostFiles way) throws Exception {
        try (FileNode node = open(way); ExecutorService threads = Executors.newFixedThreadPool(2)) {
            int rounds = 500;
            Future<?> zeroes = threads.submit(() -> {
                for (int i = 0; i < rounds; i++) {
                    zero(node, node.size() + 10, 1, new byte[1], 0, true);
                }
                return null;
            });
            long end = 0;
            for (int i = 0; i < rounds; i++) {
                long place = node.size() + 1000 + i;
                write(node, place, bytes(10, 5));
                end = Math.max(end, place + 10);
                assertTrue(node.size() >= end, "the size fell below " + end);
            }
            zeroes.get(30, TimeUnit.SECONDS);
            assertEquals(node.size(), Math.ceilDiv(Files.size(folder.resolve("disk.raw")), 512L) * 512);
            assertTrue(node.size() >= end, "the size fell below " + end);
        }
    }
}
