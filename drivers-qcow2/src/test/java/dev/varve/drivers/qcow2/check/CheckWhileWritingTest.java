// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.OneFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** A check of an image that is being written sees it as it is between requests. */
@Timeout(60)
class CheckWhileWritingTest {
    private static final int CHECKS = 40;

    @Test
    void check_whileOthersWrite_isAlwaysClean(TestReporter reporter) throws Exception {
        long seed = Long.getLong("varve.seed", System.nanoTime());
        reporter.publishEntry("-Dvarve.seed", Long.toString(seed));
        MemoryFile file = new MemoryFile();
        file.write(0, ByteBuffer.wrap(new GoodImage(3, 9, 4, 4 << 20).data(0, 1).bytes()), RequestFlags.NONE);
        BlockNode node = OneFile.openWritable(file);
        AtomicBoolean stop = new AtomicBoolean();
        List<CheckFinding> findings = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(threads.submit(writer(node, new Random(seed + i), stop)));
            }
            for (int i = 0; i < CHECKS; i++) {
                node.check(findings::add);
            }
            stop.set(true);
            for (Future<Void> writer : writers) {
                writer.get(30, TimeUnit.SECONDS);
            }
        } finally {
            stop.set(true);
        }

        assertEquals(List.of(), findings);
        node.close();
    }

    private static Callable<Void> writer(BlockNode node, Random random, AtomicBoolean stop) {
        return () -> {
            while (!stop.get()) {
                change(node, random);
            }
            return null;
        };
    }

    private static void change(BlockNode node, Random random) throws IOException {
        int bytes = 1 + random.nextInt(8000);
        long offset = random.nextLong(node.size() - bytes);
        switch (random.nextInt(8)) {
            case 0 -> node.flush();
            case 1 -> node.discard(offset, bytes);
            case 2 -> node.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
            default -> node.write(offset, ByteBuffer.allocate(bytes), RequestFlags.NONE);
        }
    }
}
