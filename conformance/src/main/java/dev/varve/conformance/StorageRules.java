// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.RecordingDisk;
import dev.varve.conformance.workload.DiskAssertions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Rules about the storage that a node uses or is. */
final class StorageRules {
    private static final int UNIT = 4096;

    private final Subject subject;

    StorageRules(Subject subject) {
        this.subject = subject;
    }

    void readOnlyWritesNothing(RecordingDisk storage) throws IOException {
        subject.require(Trait.OPENS_READ_ONLY);
        try (OpenDisk disk = subject.openReadOnly()) {
            DiskAssertions.assertContent(disk.backend(), subject.content());
            DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend());
            ImageCheck.assertNotCorrupt(disk.backend());
        }
        List<DiskRequest> changes = storage.requests().stream().filter(DiskRequest::isChange).toList();
        assertTrue(changes.isEmpty(), () -> "a disk that is open read-only changed its storage: " + changes);
    }

    /** A protocol's node grows where a format writes behind its end; what lies between reads as zeroes. */
    void writeBehindTheEndGrows() throws IOException {
        subject.require(Trait.WRITES, Trait.STORES, Trait.GROWS);
        try (OpenDisk disk = subject.open()) {
            long size = disk.node().size();
            long offset = Math.ceilDiv(size, UNIT) * UNIT + UNIT;
            disk.node().write(offset, filled((byte) 5), RequestFlags.NONE);
            assertEquals(offset + UNIT, disk.node().size(), "size after a write behind the end");
            assertHolds(disk, offset, (byte) 5);
            assertHolds(disk, offset - UNIT, (byte) 0);
        }
    }

    private static ByteBuffer filled(byte value) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * UNIT).alignedSlice(UNIT).slice(0, UNIT);
        for (int i = 0; i < UNIT; i++) {
            buffer.put(i, value);
        }
        return buffer;
    }

    private static void assertHolds(OpenDisk disk, long offset, byte value) throws IOException {
        ByteBuffer actual = filled((byte) 99);
        disk.node().read(offset, actual, RequestFlags.NONE);
        for (int i = 0; i < UNIT; i++) {
            assertEquals(value, actual.get(i), "byte " + i + " at offset " + offset);
        }
    }

    void twoReadersSeeTheSame() throws IOException {
        subject.require(Trait.OPENS_READ_ONLY, Trait.STORES, Trait.PERSISTS);
        try (OpenDisk first = subject.openReadOnly(); OpenDisk second = subject.openReadOnly()) {
            DiskAssertions.assertContent(first.backend(), subject.content());
            DiskAssertions.assertContent(second.backend(), subject.content());
        }
    }

    void missingIsRefused(NodeDefinition missing) throws IOException {
        try (BlockGraph graph = subject.layer().newGraph(subject.settings())) {
            BlockException refusal = assertThrows(BlockException.class,
                    () -> graph.openBackend(graph.add(missing), Permissions.READ));
            assertEquals(ErrorKind.NOT_FOUND, refusal.kind(), refusal.getMessage());
            assertTrue(graph.nodes().isEmpty(), () -> "nodes stayed: " + graph.nodes());
        }
    }
}
