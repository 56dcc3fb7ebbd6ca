// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.AsyncDisk;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.Varve;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program that embeds Varve does, on the class path with no OSGi. */
class EmbeddingTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    private Path folder;
    private Path image;
    private final byte[] content = new byte[SIZE];

    @BeforeEach
    void makeImage() throws IOException {
        image = folder.resolve("disk.qcow2");
        new Random(5).nextBytes(content);
        Varve.layer().create(NewImage.of("qcow2", image.toString(), SIZE));
        try (BlockBackend disk = Varve.open(image, Permissions.READ_WRITE)) {
            disk.write(0, ByteBuffer.wrap(content));
        }
    }

    @Test
    void open_ofAFile_readsItAndRefusesWrites() throws IOException {
        try (BlockBackend disk = Varve.open(image)) {
            ByteBuffer all = ByteBuffer.allocate(SIZE);
            disk.read(0, all);
            assertArrayEquals(content, all.array());
            BlockException refused = assertThrows(BlockException.class,
                    () -> disk.write(0, ByteBuffer.allocate(512)));
            assertEquals(ErrorKind.READ_ONLY, refused.kind());
        }
    }

    @Test
    void close_ofAnOpenedDisk_closesItsGraph() throws IOException {
        BlockBackend disk = Varve.open(image);
        BlockGraph graph = disk.graph();
        disk.close();
        disk.close();
        assertTrue(graph.nodes().isEmpty());
        assertThrows(BlockException.class, () -> disk.read(0, ByteBuffer.allocate(1)));
    }

    @Test
    void open_ofAMissingFile_failsAndLeavesNothing() {
        assertThrows(BlockException.class, () -> Varve.open(folder.resolve("no.qcow2")));
    }

    @Test
    void graph_ofJson_givesDisksByNodeName() throws IOException {
        String json = """
                [{'driver': 'file', 'node-name': 'storage', 'filename': '%s', 'read-only': true},
                 {'driver': 'qcow2', 'node-name': 'disk', 'file': 'storage', 'read-only': true}]
                """.formatted(image);
        try (BlockGraph graph = Varve.graph(json);
                BlockBackend disk = graph.openBackend(new NodeName("disk"), Permissions.READ)) {
            assertEquals(SIZE, disk.size());
        }
    }

    @Test
    void graph_withAFault_opensNothing() {
        assertThrows(BlockException.class, () -> Varve.graph("{'driver': 'qcow3'}"));
    }

    @Test
    void inputStream_overARange_givesItAndEnds() throws IOException {
        try (BlockBackend disk = Varve.open(image); InputStream stream = disk.inputStream(1000, 70_001)) {
            assertEquals(70_001, stream.available());
            assertEquals(content[1000] & 0xFF, stream.read());
            stream.mark(0);
            assertEquals(9999, stream.skip(9999));
            assertEquals(content[11_000], stream.readNBytes(1)[0]);
            stream.reset();
            assertArrayEquals(java.util.Arrays.copyOfRange(content, 1001, 71_001), stream.readAllBytes());
            assertEquals(-1, stream.read());
        }
    }

    @Test
    void inputStream_beyondTheDisk_isRefused() throws IOException {
        try (BlockBackend disk = Varve.open(image)) {
            assertThrows(IndexOutOfBoundsException.class, () -> disk.inputStream(SIZE - 1, 2));
        }
    }

    @Test
    void async_requestsOfSeveralThreads_transferAll() throws Exception {
        byte[] other = new byte[SIZE];
        new Random(6).nextBytes(other);
        try (ExecutorService threads = Executors.newFixedThreadPool(4);
                BlockBackend disk = Varve.open(image, Permissions.READ_WRITE)) {
            AsyncDisk async = disk.async(threads);
            List<CompletableFuture<ByteBuffer>> writes = new ArrayList<>();
            for (int at = 0; at < SIZE; at += 4096) {
                writes.add(async.write(at, ByteBuffer.wrap(other, at, 4096)));
            }
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).thenCompose(done -> async.flush()).get();
            assertArrayEquals(other, async.read(0, ByteBuffer.allocate(SIZE)).get().array());
        }
    }

    @Test
    void async_failingRequest_completesWithTheExceptionOfTheDisk() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(1); BlockBackend disk = Varve.open(image)) {
            ExecutionException failed = assertThrows(ExecutionException.class,
                    () -> disk.async(threads).write(0, ByteBuffer.allocate(512)).get());
            assertEquals(ErrorKind.READ_ONLY, ((BlockException) failed.getCause()).kind());
        }
    }

    @Test
    void async_requestCancelledBeforeItsTurn_isNotMade() throws IOException {
        List<Runnable> waiting = new ArrayList<>();
        try (BlockBackend disk = Varve.open(image, Permissions.READ_WRITE)) {
            CompletableFuture<ByteBuffer> write = disk.async(waiting::add).write(0, ByteBuffer.allocate(SIZE));
            write.cancel(true);
            waiting.forEach(Runnable::run);
            ByteBuffer all = ByteBuffer.allocate(SIZE);
            disk.read(0, all);
            assertArrayEquals(content, all.array());
        }
    }

    private void forget(BlockingQueue<String> messages) throws IOException {
        NodeDefinition definition = new NodeDefinition(Map.of("driver", "qcow2", "node-name", "lost",
                "file", Map.of("driver", "file", "filename", image.toString())));
        BlockBackend disk = Varve.layer().open(definition, Permissions.READ_WRITE,
                GraphSettings.DEFAULT.withMessages(messages::add));
        disk.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    @Test
    void forgottenDisk_isReportedWithItsPlaceAndClosed() throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        forget(messages);
        String message = null;
        for (int i = 0; i < 100 && message == null; i++) {
            System.gc();
            message = messages.poll(100, TimeUnit.MILLISECONDS);
        }
        assertTrue(message != null && message.contains("'lost'") && message.contains("EmbeddingTest.forget"), message);
        // The lock is free and what was written is there, as soon as the graph is closed too.
        BlockBackend again = null;
        for (int i = 0; i < 100 && again == null; i++) {
            try {
                again = Varve.open(image, Permissions.READ_WRITE);
            } catch (BlockException e) {
                assertEquals(ErrorKind.LOCKED, e.kind());
                messages.poll(100, TimeUnit.MILLISECONDS);
            }
        }
        ByteBuffer head = ByteBuffer.allocate(3);
        again.read(0, head);
        again.close();
        assertArrayEquals(new byte[] {1, 2, 3}, head.array());
    }

    @Test
    void closedDisk_isNotReported() throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        Varve.layer().open(new NodeDefinition(Map.of("driver", "null-co")), Permissions.READ,
                GraphSettings.DEFAULT.withMessages(messages::add)).close();
        forget(messages);
        String message = null;
        for (int i = 0; i < 100 && message == null; i++) {
            System.gc();
            message = messages.poll(100, TimeUnit.MILLISECONDS);
        }
        assertFalse(message == null || message.contains("#block"), message);
    }
}
