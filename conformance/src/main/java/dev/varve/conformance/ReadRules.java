// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.workload.DiskAssertions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Rules about reading through a backend. */
final class ReadRules {
    private final Subject subject;

    ReadRules(Subject subject) {
        this.subject = subject;
    }

    void newImageReadsAsItShould() throws IOException {
        try (OpenDisk disk = subject.open()) {
            DiskAssertions.assertContent(disk.backend(), subject.content());
        }
    }

    void pastTheEndIsRefused() throws IOException {
        try (OpenDisk disk = subject.open()) {
            BlockBackend backend = disk.backend();
            long size = backend.size();
            assertRefused(backend, size, 1);
            assertRefused(backend, size - 1, 2);
            assertRefused(backend, size - 512, 4096);
            assertRefused(backend, size + 4096, 512);
            assertRefused(backend, -1, 1);
            assertRefused(backend, Long.MAX_VALUE - 1, 2);
            assertRefused(backend, 0, Math.toIntExact(size) + 1);
        }
    }

    private static void assertRefused(BlockBackend backend, long offset, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        assertThrows(IllegalArgumentException.class, () -> backend.read(offset, buffer),
                () -> "read of " + bytes + " bytes at offset " + offset);
        assertEquals(0, buffer.position(), "a refused read moves no position");
    }

    void everySpotAtBothEndsIsRead() throws IOException {
        try (OpenDisk disk = subject.open()) {
            int size = subject.content().length;
            for (int bytes : new int[] {1, 2, 511, 512, 513, 4096, 65536, 65537, size}) {
                assertRead(disk.backend(), 0, bytes);
                assertRead(disk.backend(), size - bytes, bytes);
                assertRead(disk.backend(), (size - bytes) / 2, bytes);
            }
        }
    }

    private void assertRead(BlockBackend backend, int offset, int bytes) throws IOException {
        byte[] expected = Arrays.copyOfRange(subject.content(), offset, offset + bytes);
        DiskAssertions.assertBytes(expected, DiskAssertions.read(backend, offset, bytes), offset, "content");
    }

    void zeroLengthDoesNothing() throws IOException {
        try (OpenDisk disk = subject.open()) {
            long size = disk.backend().size();
            for (long offset : new long[] {0, 1, size / 2, size}) {
                ByteBuffer none = ByteBuffer.allocate(8).position(4).limit(4);
                disk.backend().read(offset, none);
                assertEquals(4, none.position());
                if (subject.has(Trait.WRITES)) {
                    disk.backend().write(offset, none);
                    disk.backend().writeZeroes(offset, 0, RequestFlags.NONE);
                    disk.backend().discard(offset, 0);
                }
            }
            DiskAssertions.assertContent(disk.backend(), subject.content());
        }
    }

    void sizeIsToldByAll() throws IOException {
        try (OpenDisk disk = subject.open()) {
            assertEquals(subject.content().length, disk.backend().size(), "size of the backend");
            assertEquals(subject.content().length, disk.node().size(), "size of the node");
            assertEquals(subject.content().length, disk.backend().info().size(), "size in the info");
        }
    }
}
