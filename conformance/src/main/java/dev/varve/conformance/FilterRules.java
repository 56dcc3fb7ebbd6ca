// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NodeView;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.RecordingDisk;
import dev.varve.conformance.device.RemovableDisk;
import dev.varve.conformance.workload.DiskAssertions;
import dev.varve.conformance.workload.ModelDisk;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.function.Executable;

/** Rules about what a filter passes on. */
final class FilterRules {
    private final Subject subject;

    FilterRules(Subject subject) {
        this.subject = subject;
    }

    void hasOneFilteredChild() throws IOException {
        try (OpenDisk disk = subject.open()) {
            assertInstanceOf(FilterNode.class, disk.node());
            assertEquals(NodeKind.FILTER, subject.driver().kind());
            NodeView view = disk.graph().nodes().stream()
                    .filter(node -> node.name().equals(disk.backend().root())).findFirst().orElseThrow();
            long filtered = view.children().stream()
                    .filter(edge -> edge.roles().containsAll(Set.of(ChildRole.FILTERED, ChildRole.PRIMARY))).count();
            assertEquals(1, filtered, () -> "edges of roles FILTERED and PRIMARY among " + view.children());
        }
    }

    void childHoldsWhatTheFilterShows(MemoryDisk child, UnaryOperator<byte[]> stored) {
        Seed.run(random -> {
            ModelDisk model = new ModelDisk(subject.content().clone());
            StepMix mix = StepMix.ofContent(100_000);
            try (OpenDisk disk = subject.open()) {
                for (int i = 0; i < 100; i++) {
                    model.step(mix.next(random, model.size()), disk.backend());
                }
                disk.backend().flush();
                DiskAssertions.assertBytes(stored.apply(model.bytes()), child.content().toByteArray(), 0,
                        "content of the child");
            }
        });
    }

    void flushReachesTheChildAfterTheWrites(RecordingDisk child) throws IOException {
        try (OpenDisk disk = subject.open()) {
            disk.backend().write(4096, ByteBuffer.allocate(4096));
            disk.backend().writeZeroes(65536, 4096, RequestFlags.NONE);
            disk.backend().flush();
            assertFlushedAtLast(child.requests());
            child.forget();
            disk.backend().write(4096, ByteBuffer.allocate(512), RequestFlags.FUA);
            assertFlushedAtLast(child.requests());
        }
    }

    private static void assertFlushedAtLast(List<DiskRequest> requests) {
        int flush = -1;
        int change = -1;
        for (int i = 0; i < requests.size(); i++) {
            flush = requests.get(i).operation() == Operation.FLUSH ? i : flush;
            change = requests.get(i).isChange() ? i : change;
        }
        assertTrue(change >= 0, () -> "no change reached the child: " + requests);
        assertTrue(flush > change, () -> "no flush reached the child after the changes: " + requests);
    }

    void sizeIsTheChilds(MemoryDisk child) throws IOException {
        try (OpenDisk disk = subject.open()) {
            assertEquals(child.content().size(), disk.backend().size());
            if (subject.has(Trait.GROWS)) {
                disk.backend().truncate(child.content().size() + 65536, Preallocation.OFF);
                assertEquals(child.content().size(), disk.backend().size());
                assertEquals(subject.content().length + 65536, child.content().size());
            }
        }
    }

    void changesKeepToWhatWasAsked(RecordingDisk child) throws IOException {
        try (OpenDisk disk = subject.open()) {
            BlockBackend backend = disk.backend();
            child.forget();
            backend.write(10_000, ByteBuffer.allocate(3000));
            backend.writeZeroes(50_000, 3000, RequestFlags.NONE);
            backend.discard(90_000, 3000);
            backend.flush();
            for (DiskRequest change : child.requests().stream().filter(DiskRequest::isChange).toList()) {
                long from = switch (change.operation()) {
                    // Zeroes may reach the child as bytes.
                    case WRITE -> change.offset() < 50_000 ? 10_000 : 50_000;
                    case WRITE_ZEROES -> 50_000;
                    default -> 90_000;
                };
                assertTrue(change.offset() >= from && change.offset() + change.bytes() <= from + 3000,
                        () -> "nobody asked for " + change);
            }
        }
    }

    void failureComesThrough(FaultyDisk child) throws IOException {
        try (OpenDisk disk = subject.open()) {
            BlockBackend backend = disk.backend();
            byte[] data = new byte[4096];
            Arrays.fill(data, (byte) 1);
            Map<Operation, Executable> requests = Map.of(
                    Operation.READ, () -> backend.read(8192, ByteBuffer.allocate(4096)),
                    Operation.WRITE, () -> backend.write(8192, ByteBuffer.wrap(data)),
                    Operation.WRITE_ZEROES, () -> backend.writeZeroes(8192, 4096, RequestFlags.NO_FALLBACK),
                    Operation.TRUNCATE, () -> backend.truncate(subject.content().length, Preallocation.OFF));
            boolean zeroes = zeroesWithoutWriting(backend);
            for (Map.Entry<Operation, Executable> request : requests.entrySet()) {
                if (request.getKey() == Operation.WRITE_ZEROES && !zeroes) {
                    continue;
                }
                child.failFrom(request.getKey(), 0);
                BlockException failure = assertThrows(BlockException.class, request.getValue(),
                        () -> "the child's failed " + request.getKey());
                assertEquals(ErrorKind.IO, failure.kind(), failure.getMessage());
                child.repair();
                backend.read(8192, ByteBuffer.allocate(4096));
            }
            backend.write(8192, ByteBuffer.wrap(data));
            child.failFrom(Operation.FLUSH, 0);
            assertThrows(BlockException.class, backend::flush, "the child's failed flush");
            child.repair();
            backend.flush();
        }
    }

    void noFallbackWritesNoBytes(RecordingDisk child) throws IOException {
        subject.require(Trait.WRITES);
        try (OpenDisk disk = subject.open()) {
            child.forget();
            zeroesWithoutWriting(disk.backend());
            List<DiskRequest> writes = child.requests().stream()
                    .filter(request -> request.operation() == Operation.WRITE).toList();
            assertTrue(writes.isEmpty(), () -> "zeroes without fallback were written as bytes: " + writes);
        }
    }

    private static boolean zeroesWithoutWriting(BlockBackend backend) throws IOException {
        try {
            backend.writeZeroes(8192, 4096, RequestFlags.NO_FALLBACK);
            return true;
        } catch (BlockException e) {
            assertEquals(ErrorKind.UNSUPPORTED, e.kind(), e.getMessage());
            return false;
        }
    }

    void mediumIsSeenThroughIt(RemovableDisk child) throws IOException {
        try (OpenDisk disk = subject.open()) {
            assertTrue(disk.backend().isInserted());
            child.eject();
            assertFalse(disk.backend().isInserted());
            BlockException failure = assertThrows(BlockException.class,
                    () -> disk.backend().read(0, ByteBuffer.allocate(1)));
            assertEquals(ErrorKind.NO_MEDIUM, failure.kind(), failure.getMessage());
            child.insert();
            assertTrue(disk.backend().isInserted());
            disk.backend().read(0, ByteBuffer.allocate(1));
        }
    }
}
