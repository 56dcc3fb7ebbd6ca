// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.Breakpoints;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.RecordingDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BlkdebugTest {
    private static final long SIZE = 64 << 20;
    private static final Executor THREADS = task -> new Thread(task).start();

    @TempDir
    Path folder;

    private final RecordingDisk disk = new RecordingDisk("disk", SparseContent.ofSize(SIZE));
    private BlockGraph graph;

    @AfterEach
    void close() {
        if (graph != null) {
            try {
                graph.close();
            } catch (IOException e) {
                // Rules that are still active fail the last flush, too.
                assertTrue(e instanceof BlockException, e::toString);
            }
        }
    }

    private BlockBackend open(Map<String, ?> options) throws IOException {
        graph = BlockLayer.load().newGraph(GraphSettings.DEFAULT.withDriver(disk));
        Map<String, Object> all = new LinkedHashMap<>(options);
        all.put("driver", "blkdebug");
        all.put("image", disk.definition().options());
        all.put("discard", "unmap");
        return graph.openBackend(graph.add(new NodeDefinition(all)), Permissions.READ_WRITE);
    }

    private BlockBackend openConfigured(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("blkdebug.conf"), config);
        return open(Map.of("config", file.toString()));
    }

    private static Map<String, Object> rule(Map<String, Object> rule) {
        return Map.of("inject-error", List.of(rule));
    }

    private static ErrorKind failure(BlockBackend backend, long offset, int bytes) {
        return assertThrows(BlockException.class, () -> backend.read(offset, ByteBuffer.allocate(bytes))).kind();
    }

    private static void write(BlockBackend backend, long offset, int bytes) throws IOException {
        backend.write(offset, ByteBuffer.allocate(bytes));
    }

    @Test
    void ruleOfEventNone_withASector_failsWhatTouchesIt() throws IOException {
        BlockBackend backend = open(rule(Map.of("event", "none", "sector", 8L)));
        backend.read(0, ByteBuffer.allocate(4096));
        backend.read(4608, ByteBuffer.allocate(512));
        assertEquals(ErrorKind.IO, failure(backend, 4096, 1));
        assertEquals(ErrorKind.IO, failure(backend, 0, 8192));
        assertThrows(BlockException.class, () -> write(backend, 0, 8192));
        assertThrows(BlockException.class, () -> backend.writeZeroes(0, 8192, RequestFlags.NONE));
        assertThrows(BlockException.class, () -> backend.discard(0, 8192));
    }

    @Test
    void ruleOfEventNone_withAnIoType_failsThatAlone() throws IOException {
        BlockBackend backend = open(rule(Map.of("event", "none", "iotype", "flush", "errno", 28L)));
        write(backend, 0, 512);
        backend.read(0, ByteBuffer.allocate(512));
        BlockException failure = assertThrows(BlockException.class, backend::flush);
        assertEquals(ErrorKind.NO_SPACE, failure.kind());
        assertEquals("No space left on device", failure.problem());
    }

    @Test
    void ruleWithOnce_failsOneRequest() throws IOException {
        BlockBackend backend = openConfigured("""
                # one failure
                [inject-error]
                event = "pwritev"
                errno = "1"
                once ="on"
                """);
        backend.read(0, ByteBuffer.allocate(512));
        BlockException failure = assertThrows(BlockException.class, () -> write(backend, 0, 512));
        assertEquals("Operation not permitted", failure.problem());
        write(backend, 0, 512);
    }

    @Test
    void ruleWithoutOnce_failsAllRequestsAfterItsEvent() throws IOException {
        BlockBackend backend = open(Map.of("inject-error", Map.of("event", "pwritev")));
        assertThrows(BlockException.class, () -> write(backend, 0, 512));
        assertEquals(ErrorKind.IO, failure(backend, 0, 512));
    }

    @Test
    void rules_ofOneEvent_seeTheStateBeforeIt() throws IOException {
        BlockBackend backend = openConfigured("""
                [set-state]
                event = "pwritev"
                state = "1"
                new_state = "2"

                [inject-error]
                event = "pwritev"
                state = "2"
                iotype = "write"
                """);
        write(backend, 0, 512);
        assertThrows(BlockException.class, () -> write(backend, 0, 512));
    }

    @Test
    void secondRule_ofTheSameEvent_comesAfterTheFirstIsUsedUp() throws IOException {
        BlockBackend backend = openConfigured("""
                [inject-error]
                event = "pwritev"
                errno = "28"
                once = "on"

                [inject-error]
                event = "pwritev"
                errno = "5"
                """);
        assertEquals(ErrorKind.NO_SPACE, assertThrows(BlockException.class, () -> write(backend, 0, 512)).kind());
        assertEquals(ErrorKind.IO, assertThrows(BlockException.class, () -> write(backend, 0, 512)).kind());
    }

    @Test
    void breakPoint_holdsTheRequestUntilResumed() throws Exception {
        BlockBackend backend = open(Map.of("align", 4096L));
        Breakpoints points = backend.operations().breakpoints();
        points.add("pwritev_rmw_after_head", "A");
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> fill(backend, 512, 512, 10), THREADS);
        awaitSuspended(points, "A");
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> fill(backend, 1024, 512, 11), THREADS);
        // Another unit is not held up.
        fill(backend, 8192 + 512, 512, 12);
        assertFalse(first.isDone());
        points.resume("A");
        first.get(30, TimeUnit.SECONDS);
        second.get(30, TimeUnit.SECONDS);
        assertEquals(10, at(backend, 512));
        assertEquals(11, at(backend, 1024));
        assertEquals(0, at(backend, 1536));
        assertThrows(BlockException.class, () -> points.resume("A"));
    }

    @Test
    void removedBreakPoint_letsItsRequestGoOn() throws Exception {
        BlockBackend backend = open(Map.of());
        Breakpoints points = backend.operations().breakpoints();
        points.add("pwritev", "A");
        CompletableFuture<Void> write = CompletableFuture.runAsync(() -> fill(backend, 0, 512, 10), THREADS);
        awaitSuspended(points, "A");
        points.remove("A");
        write.get(30, TimeUnit.SECONDS);
        assertEquals(ErrorKind.NOT_FOUND, assertThrows(BlockException.class, () -> points.remove("A")).kind());
        assertThrows(BlockException.class, () -> points.add("no_such_event", "B"));
    }

    private static void awaitSuspended(Breakpoints points, String tag) {
        while (!points.isSuspended(tag)) {
            Thread.onSpinWait();
        }
    }

    private static void fill(BlockBackend backend, long offset, int bytes, int value) {
        ByteBuffer data = ByteBuffer.allocate(bytes);
        while (data.hasRemaining()) {
            data.put((byte) value);
        }
        try {
            backend.write(offset, data.flip());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int at(BlockBackend backend, long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        backend.read(offset, one);
        return one.get(0);
    }

    @Test
    void alignAndMaxTransfer_shapeWhatReachesTheImage() throws IOException {
        BlockBackend backend = open(Map.of("align", 4096L, "max-transfer", "64k"));
        disk.forget();
        write(backend, 1000, 128 << 10);
        List<DiskRequest> writes = disk.requests().stream().filter(DiskRequest::isChange).toList();
        assertTrue(writes.stream().allMatch(one -> one.offset() % 4096 == 0 && one.bytes() % 4096 == 0
                && one.bytes() <= 65536), writes::toString);
        assertEquals(132 << 10, writes.stream().mapToLong(DiskRequest::bytes).sum());
    }

    @Test
    void unitOfZeroesThatIsNoPowerOfTwo_writesTheRestAsData() throws IOException {
        long unit = 15 << 20;
        BlockBackend backend = open(Map.of("align", 512L, "opt-write-zero", unit, "max-write-zero", unit));
        disk.forget();
        backend.writeZeroes(8 << 20, 32 << 20, RequestFlags.NONE);
        List<DiskRequest> zeroes = disk.requests().stream()
                .filter(one -> one.operation() == Operation.WRITE_ZEROES).toList();
        assertEquals(List.of(unit), zeroes.stream().map(DiskRequest::offset).toList());
        long written = disk.requests().stream().filter(one -> one.operation() == Operation.WRITE)
                .mapToLong(DiskRequest::bytes).sum();
        assertEquals((32 << 20) - unit, written);
    }

    @Test
    void unitOfDiscardsThatIsNoPowerOfTwo_reachesTheImageInPieces() throws IOException {
        BlockBackend backend = open(Map.of("align", 512L, "opt-discard", "15M", "max-discard", "15M"));
        disk.forget();
        backend.discard(1 << 20, 32 << 20);
        assertEquals(List.of(14L << 20, 15L << 20, 3L << 20), disk.requests().stream()
                .filter(one -> one.operation() == Operation.DISCARD).map(DiskRequest::bytes).toList());
    }

    @Test
    void wrongOptions_areRefused() {
        List<Map<String, ?>> wrong = List.of(Map.of("align", 3L), Map.of("align", 4096L, "max-transfer", 512L),
                Map.of("opt-discard", 1L << 31), rule(Map.of("event", "no_such_event")), rule(Map.of()),
                rule(Map.of("event", "none", "iotype", "look")), rule(Map.of("event", List.of())),
                Map.of("take-child-perms", List.of("all")), Map.of("inject-error", List.of("none")));
        for (Map<String, ?> options : wrong) {
            assertEquals(ErrorKind.INVALID_OPTION,
                    assertThrows(BlockException.class, () -> open(options), options::toString).kind());
        }
        for (String config : List.of("[no-such]\n", "event = \"none\"\n", "[set-state]\nevent=\"none\"\n")) {
            assertThrows(BlockException.class, () -> openConfigured(config), config);
        }
    }

    @Test
    void takenPermission_isUsedOnTheImage() throws IOException {
        open(Map.of("take-child-perms", List.of("resize"), "unshare-child-perms", List.of("write")));
        Permissions used = graph.nodes().stream().flatMap(node -> node.children().stream())
                .filter(edge -> edge.name().equals("image")).findFirst().orElseThrow().permissions();
        assertTrue(used.uses(dev.varve.api.block.Permission.RESIZE));
        assertFalse(used.shares(dev.varve.api.block.Permission.WRITE));
    }

    @Test
    void operations_ofTheFilter_areAllForwarded() {
        for (var method : dev.varve.api.spi.ImageOperations.class.getMethods()) {
            assertTrue(List.of(DebugOperations.class.getDeclaredMethods()).stream()
                    .anyMatch(own -> own.getName().equals(method.getName())), method::toString);
        }
    }
}
