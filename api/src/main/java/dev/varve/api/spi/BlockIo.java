// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The operations of a node and of an edge to one. Offsets and lengths are bytes; calls block until they are done; any
 * thread may call, several at once. The remaining bytes of a buffer are the request: all of them are transferred and
 * the position ends at the limit, or an exception says why and the buffer's content and position are void. Buffers
 * are not kept after the call. Zero-length requests do nothing. Interrupts are not acted on.
 *
 * <p>Overlapping requests that run at the same time may take effect in any order, sector by sector; requests that do
 * not overlap never disturb each other.
 */
public interface BlockIo {
    /**
     * The virtual size.
     *
     * @return bytes, at least 0
     * @throws IOException if the storage cannot tell
     */
    long size() throws IOException;

    /**
     * Alignments and maxima of requests. An edge accepts any request and keeps to these towards its node.
     *
     * @return constant while the node is open
     */
    BlockLimits limits();

    /**
     * The flags each operation honours. An edge emulates or drops the others.
     *
     * @return constant while the node is open
     */
    SupportedFlags supportedFlags();

    /**
     * Reads the remaining bytes of the buffer.
     *
     * @param offset where to begin; {@code offset + dst.remaining()} is at most {@link #size()}
     * @param dst receives the bytes; heap or direct
     * @param flags none is defined for reads
     * @throws IOException if any of the bytes could not be read
     */
    void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException;

    /**
     * Writes the remaining bytes of the buffer. A protocol node that may be resized grows where the range ends behind
     * {@link #size()}; elsewhere the range lies inside the size.
     *
     * @param offset where to begin
     * @param src the bytes; heap or direct; not changed
     * @param flags FUA, COMPRESSED, WRITE_UNCHANGED
     * @throws IOException if any of the bytes could not be written; what the range then holds is undefined
     */
    void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException;

    /**
     * Makes the range read as zeroes.
     *
     * @param offset where to begin
     * @param bytes how many; the range lies inside {@link #size()}, or a protocol node grows as with a write
     * @param flags MAY_UNMAP, NO_FALLBACK, FUA
     * @throws IOException of kind UNSUPPORTED where the node has no better way than writing zeroes and nothing was
     *         changed (the edge then writes them); any other if it failed
     */
    void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException;

    /**
     * Tells that the content of the range is not needed any more. A hint: what it reads as afterwards is the node's
     * choice, but stays the same until written.
     *
     * @param offset where to begin
     * @param bytes how many, inside {@link #size()}
     * @throws IOException if it failed; a node that cannot discard returns silently
     */
    void discard(long offset, long bytes) throws IOException;

    /**
     * Changes the virtual size. A grown area reads as zeroes.
     *
     * @param size the new size in bytes, at least 0
     * @param mode how a grown area is allocated; OFF when shrinking
     * @param flags none is defined
     * @throws IOException of kind UNSUPPORTED where the node cannot do this, with nothing changed
     */
    void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException;

    /**
     * Makes every write that completed before the call survive a power cut, the node's own metadata included.
     *
     * @throws IOException if that cannot be promised
     */
    void flush() throws IOException;

    /**
     * What this one node knows of a range; see {@link BlockStatus}.
     *
     * @param offset where to begin, less than {@link #size()}
     * @param bytes how much is asked for, at least 1; {@code offset + bytes} is at most {@link #size()}
     * @param effort how hard to try
     * @return the status of the longest run from {@code offset} that has one; at least 1 byte, at most {@code bytes}
     * @throws IOException if the node's metadata cannot be read
     */
    BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException;

    /**
     * What the node tells of its image.
     *
     * @return a snapshot
     * @throws IOException if the storage cannot tell
     */
    ImageInfo info() throws IOException;

    /**
     * Checks the image's metadata without changing it.
     *
     * @param findings receives each finding as it is made, on the calling thread
     * @return the sum
     * @throws IOException of kind UNSUPPORTED where the format has no check
     */
    CheckReport check(Consumer<CheckFinding> findings) throws IOException;

    /**
     * What can be done with the image beyond reading and writing.
     *
     * @return {@link ImageOperations#NONE} where nothing can
     * @throws IOException if the node cannot be asked
     */
    default ImageOperations operations() throws IOException {
        return ImageOperations.NONE;
    }
}
