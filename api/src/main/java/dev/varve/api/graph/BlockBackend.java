// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.ImageOperations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A user's handle on a disk: the root of its part of the graph and the place where requests enter it. Offsets and
 * lengths are bytes; calls block; any thread may call, several at once. Requests beyond the end of the disk are
 * refused with {@link IllegalArgumentException}; bad images, missing media and failing storage with
 * {@link dev.varve.api.block.BlockException}.
 */
public interface BlockBackend extends AutoCloseable {
    /**
     * The node that requests go to.
     *
     * @return may differ after a graph change
     */
    NodeName root();

    /**
     * The virtual size.
     *
     * @return bytes
     * @throws IOException if the disk is closed or has no medium
     */
    long size() throws IOException;

    /**
     * Tells whether every medium below is there. Remembered until the graph or a medium changes.
     *
     * @return false where requests would fail for want of a medium
     */
    boolean isInserted();

    /**
     * Reads the remaining bytes of the buffer.
     *
     * @param offset where to begin
     * @param dst receives the bytes
     * @throws IOException if they could not be read
     */
    void read(long offset, ByteBuffer dst) throws IOException;

    /**
     * Writes the remaining bytes of the buffer.
     *
     * @param offset where to begin
     * @param src the bytes
     * @param flags FUA, COMPRESSED, WRITE_UNCHANGED
     * @throws IOException if they could not be written
     */
    void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException;

    /**
     * Writes the remaining bytes of the buffer.
     *
     * @param offset where to begin
     * @param src the bytes
     * @throws IOException if they could not be written
     */
    default void write(long offset, ByteBuffer src) throws IOException {
        write(offset, src, RequestFlags.NONE);
    }

    /**
     * Makes a range read as zeroes.
     *
     * @param offset where to begin
     * @param bytes how many
     * @param flags MAY_UNMAP, NO_FALLBACK, FUA
     * @throws IOException if that failed
     */
    void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException;

    /**
     * Tells that the content of a range is not needed any more.
     *
     * @param offset where to begin
     * @param bytes how many
     * @throws IOException if that failed
     */
    void discard(long offset, long bytes) throws IOException;

    /**
     * Changes the virtual size. Needs permission RESIZE.
     *
     * @param size the new size in bytes
     * @param mode how a grown area is allocated
     * @throws IOException if that failed
     */
    void truncate(long size, Preallocation mode) throws IOException;

    /**
     * Makes every completed write survive a power cut.
     *
     * @throws IOException if that cannot be promised
     */
    void flush() throws IOException;

    /**
     * Tells whether the active layer itself decides the content of a range (QEMU's {@code bdrv_is_allocated}).
     *
     * @param offset where to begin, less than the size
     * @param bytes how much is asked for, at least 1
     * @return the longest run known from the offset, at most {@code bytes}
     * @throws IOException if metadata cannot be read
     */
    Allocation isAllocated(long offset, long bytes) throws IOException;

    /**
     * Tells whether any layer above a base decides the content of a range (QEMU's {@code bdrv_is_allocated_above}).
     *
     * @param base a node of the chain below
     * @param includeBase whether the base counts as above
     * @param offset where to begin, less than the size
     * @param bytes how much is asked for, at least 1
     * @return the longest run known from the offset, at most {@code bytes}
     * @throws IOException if metadata cannot be read, or the base is not in the chain
     */
    Allocation isAllocatedAbove(NodeName base, boolean includeBase, long offset, long bytes) throws IOException;

    /**
     * The extents of a range, in order and without gaps; neighbours that tell the same are joined.
     *
     * @param offset where to begin
     * @param bytes how many, inside the size
     * @return computes as it goes; throws {@link java.io.UncheckedIOException} where metadata cannot be read
     */
    Iterator<Extent> extents(long offset, long bytes);

    /**
     * Where this disk may read differently than another one whose chain has layers in common with this one's: a layer
     * below, a disk above the same base, or a snapshot of the same image. Found by metadata alone, of the layers that
     * the two do not share, so that it takes time for the changes and not for the disk. Content is not compared: what
     * was written again with the same bytes is told. Both stay open and unchanged meanwhile; either may belong to any
     * graph of this runtime. A copy of the older disk with this one's size, zeroes behind its old end, and the content
     * of the extents is a copy of this disk.
     *
     * @param older the other disk
     * @return extents of this disk, in order; computes as it goes; throws {@link java.io.UncheckedIOException} where
     *         metadata cannot be read or a chain was changed meanwhile
     * @throws IOException of kind INVALID_OPTION where the two have no layer in common
     */
    Iterator<Extent> changesSince(BlockBackend older) throws IOException;

    /**
     * What a read costs that begins at an offset. To find its owner costs the same: asked again, it tells what the
     * next read costs.
     *
     * @param offset where to begin, less than the size
     * @param bytes how much is asked for, at least 1, inside the size
     * @return the cost of as much of it as one look tells
     * @throws IOException if metadata cannot be read
     */
    ReadCost readCost(long offset, long bytes) throws IOException;

    /**
     * A view of the disk as a channel with a position of its own. Closing it does not close the disk. Writing at the
     * end does not grow the disk: the write is short, and at the end it fails.
     *
     * @return a new view
     */
    SeekableByteChannel channel();

    /**
     * A range of the disk as a stream. Closing it does not close the disk.
     *
     * @param offset where the stream begins
     * @param bytes its length, inside the size
     * @return a new stream, for one thread at a time
     * @throws IOException if the disk is closed or has no medium
     */
    InputStream inputStream(long offset, long bytes) throws IOException;

    /**
     * A view of the disk whose requests are futures. Each blocks one thread of the executor while it runs, so that the
     * executor decides how many run at once: a bounded pool of platform threads suits files, virtual threads suit
     * disks behind a network.
     *
     * @param executor runs the requests; stays its owner's
     * @return a new view
     */
    default AsyncDisk async(Executor executor) {
        return new AsyncDisk(this, executor);
    }

    /**
     * The graph that the disk belongs to.
     *
     * @return always the same
     */
    BlockGraph graph();

    /**
     * What the root tells of its image.
     *
     * @return a snapshot
     * @throws IOException if the storage cannot tell
     */
    ImageInfo info() throws IOException;

    /**
     * Checks the root's metadata without changing it.
     *
     * @param findings receives each finding as it is made
     * @return the sum
     * @throws IOException of kind UNSUPPORTED where the format has no check
     */
    CheckReport check(Consumer<CheckFinding> findings) throws IOException;

    /**
     * What can be done with the root's image beyond reading and writing. What changes the image needs permission
     * WRITE, and lets no request of this user run beside it.
     *
     * @return refuses where the disk is closed or the format cannot
     */
    ImageOperations operations();

    /** Waits for its requests, flushes and gives its permissions back. Closing again does nothing. */
    @Override
    void close() throws IOException;
}
