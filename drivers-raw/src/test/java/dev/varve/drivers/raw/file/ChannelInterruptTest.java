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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelInterruptTest {
    private static final int SIZE = 4 << 20;

    @TempDir
    private Path folder;

    private Path file() throws IOException {
        return Files.write(folder.resolve("disk.raw"), bytes(SIZE, 7));
    }

    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void requests_threadInterruptedBefore_succeedAndStayInterrupted(HostFiles way) throws IOException {
        try (FileNode node = FileNodes.open(way, file())) {
            Thread.currentThread().interrupt();
            write(node, 100, bytes(10, 1));
            assertArrayEquals(bytes(10, 1), read(node, 100, 10));
            node.flush();
            assertTrue(Thread.interrupted());
            assertArrayEquals(bytes(10, 1), read(node, 100, 10));
        }
    }

    /** One thread is interrupted all the time, the other never: neither may see an error or a wrong byte. */
    @ParameterizedTest
    @EnumSource(HostFiles.class)
    void requests_othersInterruptedDuringRequests_succeed(HostFiles way) throws Exception {
        try (FileNode node = FileNodes.open(way, file()); ExecutorService threads = Executors.newFixedThreadPool(2)) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread[] victim = new Thread[1];
            Future<Integer> interrupted = threads.submit(() -> {
                synchronized (victim) {
                    victim[0] = Thread.currentThread();
                    victim.notifyAll();
                }
                int seen = 0;
                while (!stop.get()) {
                    assertArrayEquals(bytes(SIZE / 2, 7), read(node, 0, SIZE / 2));
                    write(node, SIZE / 2, bytes(SIZE / 2, 7));
                    seen += Thread.interrupted() ? 1 : 0;
                }
                return seen;
            });
            Future<?> bystander = threads.submit(() -> {
                while (!stop.get()) {
                    assertArrayEquals(bytes(SIZE / 2, 7), read(node, SIZE / 2, SIZE / 2));
                }
                return null;
            });
            interruptManyTimes(victim);
            stop.set(true);
            assertTrue(interrupted.get(20, TimeUnit.SECONDS) > 0, "no interrupt was seen");
            bystander.get(20, TimeUnit.SECONDS);
        }
    }

    private static void interruptManyTimes(Thread[] victim) throws InterruptedException {
        synchronized (victim) {
            while (victim[0] == null) {
                victim.wait();
            }
        }
        for (int i = 0; i < 1000; i++) {
            victim[0].interrupt();
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void read_nameGivenToAnotherFileMeanwhile_failsInsteadOfReadingIt() throws Exception {
        Path path = file();
        FileNode node = FileNodes.open(HostFiles.CHANNEL, path);
        Files.delete(path);
        Files.write(folder.resolve("other"), bytes(SIZE, 9));
        Files.move(folder.resolve("other"), path);
        BlockException failure = interruptUntilItFails(node);
        assertEquals(ErrorKind.IO, failure.kind());
        assertTrue(failure.problem().contains("another file has taken its name"), failure.problem());
    }

    private static BlockException interruptUntilItFails(FileNode node) throws Exception {
        Thread[] victim = new Thread[1];
        AtomicBoolean stop = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            Future<BlockException> failure = threads.submit(() -> {
                synchronized (victim) {
                    victim[0] = Thread.currentThread();
                    victim.notifyAll();
                }
                return assertThrows(BlockException.class, () -> {
                    while (!stop.get()) {
                        assertEquals(7, read(node, 0, SIZE)[SIZE - 1]);
                    }
                });
            });
            while (!failure.isDone()) {
                interruptManyTimes(victim);
            }
            return failure.get();
        } finally {
            stop.set(true);
        }
    }
}
