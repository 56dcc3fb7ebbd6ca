// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.layout.L1Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a host cluster may be used for something else, and what keeps metadata from being overwritten. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ReuseTest {
    private static final int CLUSTER = 65_536;

    private static byte[] filled(int fill) {
        byte[] data = new byte[CLUSTER];
        Arrays.fill(data, (byte) fill);
        return data;
    }

    private static void write(OverlayNode node, long cluster, int fill) throws IOException {
        node.write(cluster * CLUSTER, ByteBuffer.wrap(filled(fill)), RequestFlags.NONE);
    }

    private static long hostOffset(OverlayNode node, long cluster) throws IOException {
        BlockStatus status = node.blockStatus(cluster * CLUSTER, CLUSTER, Effort.FIND_ZEROES);
        return ((BlockStatus.Data) status).storage().orElseThrow().offset();
    }

    @Test
    void discardedCluster_whileARequestReadsIt_isNotReused() throws Exception {
        MemoryFile file = Images.create(64 * CLUSTER);
        OverlayNode node = Images.open(file);
        write(node, 3, 1);
        long host = hostOffset(node, 3);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Thread test = Thread.currentThread();
        file.beforeRead(offset -> {
            if (offset == host && Thread.currentThread() != test) {
                reading.countDown();
                awaitQuietly(go);
            }
        });
        ByteBuffer read = ByteBuffer.allocate(CLUSTER);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread reader = start(failure, () -> node.read(3 * CLUSTER, read, RequestFlags.NONE));
        reading.await();
        node.discard(3 * CLUSTER, CLUSTER);
        Thread writer = start(failure, () -> {
            node.flush();
            write(node, 5, 2);
        });
        while (writer.getState() != Thread.State.WAITING && writer.isAlive()) {
            Thread.onSpinWait();
        }
        go.countDown();
        reader.join();
        writer.join();
        assertEquals(null, failure.get());
        assertArrayEquals(filled(1), read.array());
        node.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(AtomicReference<Throwable> failure, Work work) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            }
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void discardedCluster_beforeAFlush_isNotReused() throws IOException {
        MemoryFile file = Images.create(64 * CLUSTER);
        OverlayNode node = Images.open(file);
        write(node, 3, 1);
        long host = hostOffset(node, 3);
        node.discard(3 * CLUSTER, CLUSTER);
        write(node, 4, 2);
        assertFalse(host == hostOffset(node, 4));
        node.flush();
        write(node, 5, 2);
        assertEquals(host, hostOffset(node, 5));
        node.close();
    }

    @Test
    void discard_flushed_reachesTheStorageUnlessSwitchedOff() throws IOException {
        for (String pass : new String[] {"on", "off"}) {
            MemoryFile file = Images.create(64 * CLUSTER);
            OverlayNode node = Images.open(file, "pass-discard-request", pass);
            write(node, 3, 1);
            node.discard(3 * CLUSTER, CLUSTER);
            assertEquals(0, file.discarded());
            node.flush();
            assertEquals(pass.equals("on") ? CLUSTER : 0, file.discarded());
            node.close();
        }
    }

    @Test
    void zeroWrite_keepingTheCluster_isReusedByTheNextWrite() throws IOException {
        MemoryFile file = Images.create(64 * CLUSTER);
        OverlayNode node = Images.open(file);
        write(node, 3, 1);
        long host = hostOffset(node, 3);
        node.writeZeroes(3 * CLUSTER, CLUSTER, RequestFlags.NONE);
        node.write(3 * CLUSTER + 1000, ByteBuffer.wrap(new byte[] {7}), RequestFlags.NONE);
        assertEquals(host, hostOffset(node, 3));
        ByteBuffer read = ByteBuffer.allocate(CLUSTER);
        node.read(3 * CLUSTER, read, RequestFlags.NONE);
        byte[] expected = new byte[CLUSTER];
        expected[1000] = 7;
        assertArrayEquals(expected, read.array());
        node.close();
    }

    private static long word(MemoryFile file, long offset) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
        file.read(offset, word, RequestFlags.NONE);
        return word.getLong(0);
    }

    private static void setWord(MemoryFile file, long offset, long value) throws IOException {
        file.write(offset, ByteBuffer.allocate(Long.BYTES).putLong(0, value), RequestFlags.NONE);
    }

    private static MemoryFile withOneCluster() throws IOException {
        MemoryFile file = Images.create(64 * CLUSTER);
        OverlayNode node = Images.open(file);
        write(node, 3, 1);
        node.close();
        return file;
    }

    @Test
    void l2TableNotMarkedAsOwn_written_isCopiedAndItsClusterReused() throws IOException {
        MemoryFile file = withOneCluster();
        long l1 = word(file, 40);
        long table = word(file, l1) & L1Entry.OFFSET_MASK;
        setWord(file, l1, table);
        OverlayNode node = Images.open(file);
        write(node, 4, 2);
        node.flush();
        write(node, 5, 3);
        assertEquals(table, hostOffset(node, 5));
        node.close();
    }

    @Test
    void freeRefcountOfAnL2Table_allocation_isRefused() throws IOException {
        MemoryFile file = withOneCluster();
        long table = word(file, word(file, 40)) & L1Entry.OFFSET_MASK;
        long block = word(file, word(file, 48));
        file.write(block + table / CLUSTER * 2, ByteBuffer.allocate(2), RequestFlags.NONE);
        OverlayNode node = Images.open(file);
        BlockException e = assertThrows(BlockException.class, () -> write(node, 4, 2));
        assertEquals(ErrorKind.CORRUPT, e.kind());
        node.close();
    }

    @Test
    void l2EntryThatPointsAtTheL1Table_written_isRefused() throws IOException {
        MemoryFile file = withOneCluster();
        long table = word(file, word(file, 40)) & L1Entry.OFFSET_MASK;
        setWord(file, table + 4 * Long.BYTES, word(file, 40) & ~(CLUSTER - 1L) | L1Entry.COPIED);
        OverlayNode node = Images.open(file);
        assertEquals(ErrorKind.CORRUPT, assertThrows(BlockException.class, () -> write(node, 4, 2)).kind());
        node.close();
    }

    @Test
    void failedMetadataWrite_laterWrites_areRefusedUntilReopened() throws IOException {
        MemoryFile file = Images.create(64 * CLUSTER);
        OverlayNode node = Images.open(file);
        write(node, 3, 1);
        file.failWritesAfter(0);
        assertThrows(BlockException.class, node::flush);
        file.failWritesAfter(Integer.MAX_VALUE);
        BlockException e = assertThrows(BlockException.class, () -> write(node, 4, 1));
        assertEquals(ErrorKind.POISONED, e.kind());
        assertTrue(e.getMessage().contains("injected"), e.getMessage());
        ByteBuffer read = ByteBuffer.allocate(CLUSTER);
        node.read(3 * CLUSTER, read, RequestFlags.NONE);
        assertArrayEquals(filled(1), read.array());
        assertThrows(BlockException.class, node::close);
        OverlayNode again = Images.open(file);
        write(again, 4, 1);
        again.close();
    }
}
