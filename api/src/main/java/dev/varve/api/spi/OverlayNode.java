// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Base of formats that can have a backing file. A layer answers for what it holds; the runtime goes on to the next
 * layer itself, so that a read through a thousand layers is a loop and not a recursion.
 */
public abstract class OverlayNode extends ImageNode {
    private final BlockChild backing;

    /**
     * For subclasses.
     *
     * @param backing the edge of {@link OpenContext#attachBacking}; reads as zeroes where nothing is attached
     */
    protected OverlayNode(BlockChild backing) {
        this.backing = backing;
    }

    /**
     * The edge to the backing file.
     *
     * @return never null; {@link BlockChild#isAttached} tells whether there is one
     */
    public final BlockChild backing() {
        return backing;
    }

    /**
     * Reads the longest run from {@code offset} that this layer holds, or tells how long the run is that it does not
     * hold. Allocates nothing on the way where it can be avoided: this is the hot path.
     *
     * @param offset where to begin; {@code offset + dst.remaining()} is at most {@link #size()}
     * @param dst at least 1 byte remains; receives the run
     * @param flags as {@link #read}
     * @return {@code n > 0}: the first {@code n} bytes were transferred and the position advanced by {@code n};
     *         {@code -n < 0}: the first {@code n} bytes are the backing file's and the buffer is untouched.
     *         {@code n} is at most {@code dst.remaining()}
     * @throws IOException if the layer's own data or metadata could not be read
     */
    public abstract int readAllocated(long offset, ByteBuffer dst, RequestFlags flags) throws IOException;

    /**
     * The unit in which the layer holds content.
     *
     * @return bytes, constant while the node is open; empty where it has none
     */
    public OptionalLong clusterSize() {
        return OptionalLong.empty();
    }

    /**
     * How far this layer holds nothing, as far as that costs no look into the tables of single clusters.
     *
     * @param offset where to begin, less than the size
     * @param bytes how much is asked for, at least 1
     * @return at most {@code bytes}; 0 where there may be something or that is not known
     * @throws IOException if the layer's metadata cannot be read
     */
    public long emptyRun(long offset, long bytes) throws IOException {
        return 0;
    }

    /**
     * Tells the status of each run of a range, in order and without gaps, as {@link #blockStatus} does with
     * {@link Effort#ALLOCATION_ONLY}. Meant for an index that remembers the answers: a driver that keeps metadata in
     * memory for reads should not keep more of it for this.
     *
     * @param offset where to begin
     * @param bytes how much, at least 1, inside the size
     * @param statuses receives each status
     * @throws IOException if the layer's metadata cannot be read; the runs before that were told
     */
    public void scan(long offset, long bytes, Consumer<BlockStatus> statuses) throws IOException {
        long end = offset + bytes;
        for (long at = offset; at < end;) {
            BlockStatus status = blockStatus(at, end - at, Effort.ALLOCATION_ONLY);
            statuses.accept(status);
            at += status.bytes();
        }
    }

    /**
     * How far this layer and another view of the same image, such as one of its snapshots, hold the same: by metadata
     * alone, in time that what they share does not take.
     *
     * @param other a node of the same driver on the same storage
     * @param offset where to begin
     * @param bytes how much is asked for, at least 1, inside both sizes
     * @return {@code n > 0}: the first {@code n} bytes are the same; {@code -n < 0}: the first {@code n} may differ;
     *         {@code n} is at most {@code bytes}
     * @throws IOException if the metadata cannot be read
     */
    public long sameRun(OverlayNode other, long offset, long bytes) throws IOException {
        return -bytes;
    }

    /**
     * What {@link Effort#FIND_ZEROES} finds out about data, beyond {@link Effort#ALLOCATION_ONLY}.
     *
     * @param data a status of this layer
     * @return the same, or a beginning of it that reads as zeroes or does not
     * @throws IOException if the storage cannot be asked
     */
    public BlockStatus.Data findZeroes(BlockStatus.Data data) throws IOException {
        return data;
    }

    /**
     * Changes the name of the backing file that the image holds (QEMU's {@code bdrv_change_backing_file}); the graph
     * is not changed. What was written before is on stable storage before the name, and the name when the call
     * returns; whenever the power fails the image names the old file or the new one. Called while no other request is
     * under way.
     *
     * @param changed the name as it is to stand in the image, or empty for an image without a backing file
     * @throws IOException of kind UNSUPPORTED where the format holds no such name; of kind NO_SPACE or INVALID_OPTION
     *         where this one does not fit
     */
    public void changeBackingFile(Optional<ImageReference> changed) throws IOException {
        throw BlockException.unsupported("the format holds no name of a backing file");
    }

    /**
     * Reads through this layer and everything below it. The runtime walks the layers itself and does not call it.
     */
    @Override
    public final void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        int limit = dst.limit();
        long position = offset;
        while (dst.hasRemaining()) {
            int run = readAllocated(position, dst, flags);
            if (run < 0) {
                dst.limit(dst.position() - run);
                backing.read(position, dst, flags);
                dst.limit(limit);
            }
            position += Math.abs(run);
        }
    }
}
