// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.Effort;
import dev.varve.drivers.qcow2.testimage.AllocatedBytes;
import dev.varve.drivers.qcow2.testimage.OneFile;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Whatever is wrong with an image, only IOException comes out of it, soon and with little memory. */
class RandomDamageTest {
    private static final int IMAGES = Integer.getInteger("varve.images", 1000);
    private static final long MEMORY = 64 << 20;
    private static final Duration TIME = Duration.ofMinutes(10);

    /** Something that may fail with an IOException and with nothing else. */
    private interface Use {
        void run() throws IOException;
    }

    @Test
    void readAndCheck_randomDamage_failsWithIoExceptionsOnly(TestReporter reporter) {
        long first = seed(reporter);
        assertTimeoutPreemptively(TIME, () -> {
            for (long seed = first; seed < first + IMAGES; seed++) {
                byte[] image = new RandomDamage(seed).next();
                bounded(seed, () -> {
                    BlockNode node = OneFile.openReadOnly(new StoredFile(image));
                    attempt(() -> node.check(finding -> { }));
                    attempt(() -> readAll(node));
                    attempt(() -> mapAll(node));
                    attempt(node::info);
                });
            }
        });
    }

    @Test
    void write_randomDamage_failsWithIoExceptionsOnly(TestReporter reporter) {
        long first = seed(reporter);
        assertTimeoutPreemptively(TIME, () -> {
            for (long seed = first; seed < first + IMAGES; seed++) {
                byte[] image = new RandomDamage(seed).next();
                Random random = new Random(seed);
                bounded(seed, () -> {
                    BlockNode node = OneFile.openWritable(new StoredFile(image));
                    for (int i = 0; i < 10; i++) {
                        attempt(() -> change(node, random));
                    }
                    attempt(() -> node.check(finding -> { }));
                    attempt(node::close);
                });
            }
        });
    }

    private static long seed(TestReporter reporter) {
        long seed = Long.getLong("varve.seed", System.nanoTime());
        reporter.publishEntry("-Dvarve.seed", Long.toString(seed));
        return seed;
    }

    private static void bounded(long seed, Use use) throws ReflectiveOperationException {
        AllocatedBytes allocated = new AllocatedBytes();
        try {
            attempt(use);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("-Dvarve.seed=" + seed, e);
        }
        long bytes = allocated.soFar();
        assertTrue(bytes < MEMORY, () -> "-Dvarve.seed=" + seed + ": " + bytes + " bytes allocated");
    }

    private static void attempt(Use use) {
        try {
            use.run();
        } catch (IOException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isEmpty(), e::toString);
        }
    }

    private static void change(BlockNode node, Random random) throws IOException {
        long size = node.size();
        long offset = size == 0 ? 0 : random.nextLong(size);
        int bytes = (int) Math.min(size - offset, 1 + random.nextInt(20_000));
        if (bytes == 0) {
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> node.flush();
            case 1 -> node.discard(offset, bytes);
            case 2 -> node.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
            case 3 -> node.writeZeroes(offset, bytes, RequestFlags.NONE);
            case 4 -> node.truncate(Math.min(size, 1 << 30) + 512 * 100, Preallocation.OFF, RequestFlags.NONE);
            default -> node.write(offset, ByteBuffer.allocate(bytes), RequestFlags.NONE);
        }
    }

    private static void readAll(BlockNode node) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long end = Math.min(node.size(), 16 << 20);
        for (long at = 0; at < end; at += buffer.limit()) {
            long offset = at;
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            attempt(() -> node.read(offset, buffer, RequestFlags.NONE));
        }
    }

    private static void mapAll(BlockNode node) throws IOException {
        long end = Math.min(node.size(), 16 << 20);
        for (long at = 0; at < end;) {
            at += node.blockStatus(at, end - at, Effort.FIND_ZEROES).bytes();
        }
    }
}
