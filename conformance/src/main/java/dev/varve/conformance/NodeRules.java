// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.OverlayNode;
import dev.varve.conformance.workload.DiskAssertions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Rules about what the runtime calls: the node itself, within its limits. */
final class NodeRules {
    private static final int BYTES = 8192;
    private static final byte FILL = 0x5a;
    private static final int FEW = 20;
    private static final int MANY = 300;
    private static final long ALLOWED = 100L * BYTES;

    private final Subject subject;

    NodeRules(Subject subject) {
        this.subject = subject;
    }

    void readFillsTheBufferAndNothingElse() throws IOException {
        try (OpenDisk disk = subject.open()) {
            BlockNode node = disk.node();
            for (ByteBuffer dst : Buffers.of(BYTES, node.limits(), (byte) 0)) {
                int from = dst.position();
                int to = dst.limit();
                node.read(BYTES, dst, RequestFlags.NONE);
                assertEquals(to, dst.limit(), () -> "limit after a read into " + dst);
                assertEquals(to, dst.position(), () -> "position after a read into " + dst);
                byte[] actual = new byte[BYTES];
                dst.get(from, actual);
                byte[] expected = Arrays.copyOfRange(subject.content(), BYTES, 2 * BYTES);
                DiskAssertions.assertBytes(expected, actual, BYTES, "read into " + dst);
                Buffers.assertMarginsUntouched(dst, from, to);
            }
        }
    }

    void writeTakesTheWholeBufferAndChangesNothingInIt() throws IOException {
        subject.require(Trait.WRITES);
        try (OpenDisk disk = subject.open()) {
            byte fill = FILL;
            for (ByteBuffer src : Buffers.of(BYTES, disk.node().limits(), fill)) {
                assertTaken(disk, src, src, fill);
                assertTaken(disk, src, src.asReadOnlyBuffer(), fill);
            }
        }
    }

    private void assertTaken(OpenDisk disk, ByteBuffer source, ByteBuffer given, byte fill) throws IOException {
        int from = given.position();
        int to = given.limit();
        disk.node().write(BYTES, given, RequestFlags.NONE);
        assertEquals(to, given.limit(), () -> "limit after a write from " + given);
        assertEquals(to, given.position(), () -> "position after a write from " + given);
        for (int i = from; i < to; i++) {
            assertEquals(fill, source.get(i), "a write changed the buffer it was given");
        }
        given.position(from);
        if (subject.has(Trait.STORES)) {
            byte[] expected = new byte[BYTES];
            Arrays.fill(expected, fill);
            DiskAssertions.assertBytes(expected, DiskAssertions.read(disk.backend(), BYTES, BYTES), BYTES,
                    "written from " + given);
        }
    }

    /** Buffers are the caller's again when a call returns. */
    void buffersAreTheCallersAgain() throws IOException {
        subject.require(Trait.WRITES, Trait.STORES);
        try (OpenDisk disk = subject.open()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(2 * BYTES).alignedSlice(BYTES).slice(0, BYTES);
            fill(buffer, (byte) 1);
            disk.node().write(BYTES, buffer.duplicate(), RequestFlags.NONE);
            fill(buffer, (byte) 2);
            disk.node().flush();
            byte[] expected = new byte[BYTES];
            Arrays.fill(expected, (byte) 1);
            DiskAssertions.assertBytes(expected, DiskAssertions.read(disk.backend(), BYTES, BYTES), BYTES,
                    "written before the caller used his buffer again");
        }
    }

    private static void fill(ByteBuffer buffer, byte value) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, value);
        }
    }

    /** After many requests no more direct memory is held than after some. */
    void requestsLeaveNoBuffers() throws IOException {
        try (OpenDisk disk = subject.open()) {
            requests(disk, FEW);
            long before = DirectMemory.settled(Long.MAX_VALUE);
            requests(disk, MANY);
            long after = DirectMemory.settled(before + ALLOWED);
            assertTrue(after <= before + ALLOWED, () -> MANY + " requests left " + (after - before)
                    + " bytes of direct memory, allowed is " + ALLOWED);
        }
    }

    private void requests(OpenDisk disk, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
        for (int i = 0; i < count; i++) {
            disk.backend().read(BYTES, buffer.clear());
            if (subject.has(Trait.WRITES)) {
                disk.backend().write(BYTES, buffer.clear());
            }
            disk.backend().flush();
        }
    }

    void limitsAndFlagsAreConstant() throws IOException {
        try (OpenDisk disk = subject.open()) {
            assertEquals(disk.node().limits(), disk.node().limits());
            assertEquals(disk.node().supportedFlags(), disk.node().supportedFlags());
        }
    }

    void statusKeepsToTheRange() throws IOException {
        try (OpenDisk disk = subject.open()) {
            if (subject.has(Trait.WRITES)) {
                disk.node().write(BYTES, ByteBuffer.allocateDirect(2 * BYTES).alignedSlice(BYTES).limit(BYTES),
                        RequestFlags.NONE);
            }
            long size = disk.node().size();
            for (Effort effort : Effort.values()) {
                for (long offset = 0; offset < size; offset += size / 13 / 512 * 512) {
                    assertInside(disk.node(), offset, size - offset, effort);
                    assertInside(disk.node(), offset, Math.min(512, size - offset), effort);
                }
            }
        }
    }

    private static void assertInside(BlockNode node, long offset, long bytes, Effort effort) throws IOException {
        BlockStatus status = node.blockStatus(offset, bytes, effort);
        assertTrue(status.bytes() >= 1 && status.bytes() <= bytes,
                () -> "asked about " + bytes + " bytes at offset " + offset + ", told " + status);
    }

    /** An overlay's own run: inside the buffer, position moved by what was transferred, limit left alone. */
    void layerReadsItsOwnRun() throws IOException {
        try (OpenDisk disk = subject.open()) {
            if (!(disk.node() instanceof OverlayNode layer)) {
                return;
            }
            int step = 65536;
            for (int offset = 0; offset + step <= subject.content().length; offset += step) {
                ByteBuffer dst = ByteBuffer.allocateDirect(step + BYTES).position(BYTES);
                int run = layer.readAllocated(offset, dst, RequestFlags.NONE);
                assertTrue(run != 0 && Math.abs(run) <= step, "a run of " + run + " bytes of " + step);
                assertEquals(BYTES + Math.max(run, 0), dst.position(), "position after a run of " + run);
                assertEquals(dst.capacity(), dst.limit(), "limit after a run of " + run);
            }
        }
    }
}
