// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.Extent;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.Allocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;

/** What can be said of a disk in one word. A failure names the first byte that differs. */
public final class DiskAssertions {
    private DiskAssertions() {
    }

    /**
     * Reads a range.
     *
     * @param disk open
     * @param offset where to begin
     * @param bytes how many
     * @return what the range holds
     * @throws IOException if it cannot be read
     */
    public static byte[] read(BlockBackend disk, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        disk.read(offset, buffer);
        if (buffer.hasRemaining()) {
            throw new AssertionError("read of " + bytes + " bytes at " + offset + " left " + buffer.remaining()
                    + " bytes of the buffer");
        }
        return buffer.array();
    }

    /**
     * Says that two ranges are equal.
     *
     * @param expected what should be there
     * @param actual what is there
     * @param offset the disk's offset of the first byte of both
     * @param what whose bytes they are
     */
    public static void assertBytes(byte[] expected, byte[] actual, long offset, String what) {
        int at = Arrays.mismatch(expected, actual);
        if (at < 0) {
            return;
        }
        if (at >= Math.min(expected.length, actual.length)) {
            throw new AssertionError(what + ": " + actual.length + " bytes, expected " + expected.length);
        }
        throw new AssertionError("%s: byte at offset %d is 0x%02x, expected 0x%02x".formatted(what, offset + at,
                actual[at], expected[at]));
    }

    /**
     * Says that a disk holds exactly these bytes.
     *
     * @param disk open
     * @param expected all of its bytes
     * @throws IOException if it cannot be read
     */
    public static void assertContent(BlockBackend disk, byte[] expected) throws IOException {
        if (disk.size() != expected.length) {
            throw new AssertionError("the size is " + disk.size() + ", expected " + expected.length);
        }
        assertBytes(expected, read(disk, 0, expected.length), 0, "content");
    }

    /**
     * Says that the extents of a disk tile it, that zero extents read as zeroes, that data lies where they say, and
     * that {@code isAllocated} agrees with them.
     *
     * @param graph the graph of the disk
     * @param disk open
     * @throws IOException if something cannot be read
     */
    public static void assertStatusTellsContent(BlockGraph graph, BlockBackend disk) throws IOException {
        assertStatusTellsContent(graph, disk, 0, disk.size());
    }

    /**
     * Says the same of a range.
     *
     * @param graph the graph of the disk
     * @param disk open
     * @param offset where it begins
     * @param bytes how many
     * @throws IOException if something cannot be read
     */
    public static void assertStatusTellsContent(BlockGraph graph, BlockBackend disk, long offset, long bytes)
            throws IOException {
        long end = offset;
        Iterator<Extent> extents = disk.extents(offset, bytes);
        while (extents.hasNext()) {
            Extent extent = extents.next();
            if (extent.offset() != end) {
                throw new AssertionError("the extent before ends at " + end + ", next is " + extent);
            }
            end = extent.end();
            if (end > offset + bytes) {
                throw new AssertionError("the range ends at " + (offset + bytes) + ", not inside is " + extent);
            }
            // Reading comes last: it may change who holds the range, as copy-on-read does.
            assertAllocation(disk, extent);
            assertTold(graph, disk, extent);
        }
        if (end != offset + bytes) {
            throw new AssertionError("extents end at " + end + ", the range at " + (offset + bytes));
        }
    }

    private static void assertTold(BlockGraph graph, BlockBackend disk, Extent extent) throws IOException {
        byte[] content = read(disk, extent.offset(), Math.toIntExact(extent.bytes()));
        if (extent.readsAsZeroes()) {
            assertBytes(new byte[content.length], content, extent.offset(), "told to be zeroes by " + extent);
        }
        if (extent.content() != Extent.Content.DATA || extent.location().isEmpty()) {
            return;
        }
        Extent.Location location = extent.location().get();
        Permissions reader = new Permissions(Set.of(Permission.CONSISTENT_READ), Permissions.ALL);
        try (BlockBackend storage = graph.openBackend(location.node(), reader)) {
            assertBytes(content, readStorage(storage, location.offset(), content.length), extent.offset(),
                    "where storage of " + extent + " is compared");
        }
    }

    /** Storage may end before the last cluster of a format does: what lies behind reads as zeroes. */
    private static byte[] readStorage(BlockBackend storage, long offset, int bytes) throws IOException {
        int there = Math.clamp(storage.size() - offset, 0, bytes);
        return Arrays.copyOf(read(storage, offset, there), bytes);
    }

    private static void assertAllocation(BlockBackend disk, Extent extent) throws IOException {
        Allocation told = disk.isAllocated(extent.offset(), extent.bytes());
        if (told.bytes() < 1 || told.bytes() > extent.bytes()) {
            throw new AssertionError("asked about " + extent.bytes() + " bytes, told " + told);
        }
        if (told.allocated() != (extent.allocated() && extent.depth() == 0)) {
            throw new AssertionError(told + " contradicts " + extent);
        }
    }
}
