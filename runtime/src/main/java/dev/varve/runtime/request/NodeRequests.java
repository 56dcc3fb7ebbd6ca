// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Requests of any shape, brought to one node in the shape it wants (QEMU's {@code bdrv_aligned_preadv},
 * {@code bdrv_co_do_pwrite_zeroes} and what surrounds them). The range is checked already. Thread-safe.
 */
public final class NodeRequests {
    /*
     * A write that covers a part of an aligned unit reads the unit, changes the part and writes it back. Two of them in
     * one unit, or one beside an aligned write, would lose an update, so they exclude each other: such writes hold
     * `unitLock` exclusively, aligned ones share it. Nodes without alignment, which most are, never make it.
     */
    private final BlockNode node;
    private final BlockLimits limits;
    private final SupportedFlags supported;
    private final boolean anyShape;
    private volatile @Nullable ReentrantReadWriteLock unitLock;

    /**
     * The requests of one node.
     *
     * @param node is open
     */
    public NodeRequests(BlockNode node) {
        this.node = node;
        this.limits = node.limits();
        this.supported = node.supportedFlags();
        this.anyShape = limits.requestAlignment() == 1 && limits.memoryAlignment() == 1;
    }

    /**
     * The node's limits.
     *
     * @return as the node gave them
     */
    public BlockLimits limits() {
        return limits;
    }

    /**
     * Whether the node can be asked directly for anything that fits into a buffer.
     *
     * @return true where requests are passed on as they are
     */
    public boolean takesAnyShape() {
        return anyShape && limits.maxTransfer() >= BlockLimits.NONE.maxTransfer();
    }

    /**
     * The node's flags.
     *
     * @return as the node gave them
     */
    public SupportedFlags supportedFlags() {
        return supported;
    }

    /**
     * Reads the remaining bytes.
     *
     * @param offset where to begin
     * @param dst receives the bytes
     * @param flags of the request
     * @throws IOException as the node threw it
     */
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        if (anyShape && dst.remaining() <= limits.maxTransfer()) {
            node.read(offset, dst, flags);
            return;
        }
        int end = dst.limit();
        long position = offset;
        while (dst.position() < end) {
            int head = (int) (position & (limits.requestAlignment() - 1));
            int bytes = Math.min(end - dst.position(), pieceBytes());
            if (head == 0 && bytes >= limits.requestAlignment() && fits(dst)) {
                bytes -= bytes & (limits.requestAlignment() - 1);
                dst.limit(dst.position() + bytes);
                node.read(position, dst, flags);
                dst.limit(end);
            } else {
                bytes = Math.min(bytes, bounceBytes() - head);
                readBounced(position, head, dst, bytes, flags);
            }
            position += bytes;
        }
    }

    /**
     * Reads what an overlay holds, whatever alignment it wants.
     *
     * @param overlay the node these requests are for
     * @param offset where to begin
     * @param dst receives the bytes
     * @param flags of the request
     * @return as {@link OverlayNode#readAllocated}
     * @throws IOException as the node threw it
     */
    public int readAllocated(OverlayNode overlay, long offset, ByteBuffer dst, RequestFlags flags)
            throws IOException {
        if (anyShape && dst.remaining() <= limits.maxTransfer()) {
            return overlay.readAllocated(offset, dst, flags);
        }
        int head = (int) (offset & (limits.requestAlignment() - 1));
        int bytes = Math.min(dst.remaining(), bounceBytes() - head);
        try (BounceBuffers.Loan loan = BounceBuffers.lend()) {
            ByteBuffer bounce = loan.first(alignedUp(head + bytes));
            int run = overlay.readAllocated(offset - head, bounce, flags);
            int useful = Math.min(Math.abs(run) - head, bytes);
            if (run < 0) {
                return -useful;
            }
            dst.put(dst.position(), bounce, head, useful);
            dst.position(dst.position() + useful);
            return useful;
        }
    }

    private void readBounced(long position, int head, ByteBuffer dst, int bytes, RequestFlags flags)
            throws IOException {
        try (BounceBuffers.Loan loan = BounceBuffers.lend()) {
            ByteBuffer bounce = loan.first(alignedUp(head + bytes));
            node.read(position - head, bounce, flags);
            dst.put(dst.position(), bounce, head, bytes);
            dst.position(dst.position() + bytes);
        }
    }

    /**
     * Writes the remaining bytes.
     *
     * @param offset where to begin
     * @param src the bytes
     * @param flags those the node lacks are emulated, dropped or refused
     * @throws IOException as the node threw it
     */
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        if (flags.has(RequestFlags.COMPRESSED) && !supported.write().has(RequestFlags.COMPRESSED)) {
            throw BlockException.unsupported("the node cannot store data compressed");
        }
        RequestFlags kept = keep(flags, supported.write());
        if (anyShape && src.remaining() <= limits.maxTransfer()) {
            node.write(offset, src, kept);
        } else {
            writePieces(offset, src, kept);
        }
        flushForFua(flags, kept);
    }

    private void writePieces(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        int end = src.limit();
        long position = offset;
        while (src.position() < end) {
            int head = (int) (position & (limits.requestAlignment() - 1));
            int bytes = Math.min(end - src.position(), pieceBytes());
            if (head == 0 && bytes >= limits.requestAlignment()) {
                bytes -= bytes & (limits.requestAlignment() - 1);
                bytes = writeAligned(position, src, bytes, flags);
            } else {
                bytes = Math.min(bytes, limits.requestAlignment() - head);
                writeUnit(position, head, src, bytes, flags);
            }
            src.limit(end);
            position += bytes;
        }
    }

    private ReentrantReadWriteLock unitLock() {
        ReentrantReadWriteLock known = unitLock;
        return known != null ? known : createUnitLock();
    }

    private synchronized ReentrantReadWriteLock createUnitLock() {
        ReentrantReadWriteLock known = unitLock;
        if (known == null) {
            known = new ReentrantReadWriteLock();
            unitLock = known;
        }
        return known;
    }

    private int writeAligned(long position, ByteBuffer src, int bytes, RequestFlags flags) throws IOException {
        Lock lock = unitLock().readLock();
        lock.lock();
        try (BounceBuffers.Loan loan = fits(src) ? null : BounceBuffers.lend()) {
            if (loan == null) {
                node.write(position, src.limit(src.position() + bytes), flags);
                return bytes;
            }
            int piece = Math.min(bytes, BounceBuffers.BYTES);
            ByteBuffer bounce = loan.first(piece).put(0, src, src.position(), piece);
            node.write(position, bounce, flags);
            src.position(src.position() + piece);
            return piece;
        } finally {
            lock.unlock();
        }
    }

    private void writeUnit(long position, int head, ByteBuffer src, int bytes, RequestFlags flags)
            throws IOException {
        Lock lock = unitLock().writeLock();
        lock.lock();
        try (BounceBuffers.Loan loan = BounceBuffers.lend()) {
            ByteBuffer unit = loan.first(limits.requestAlignment());
            if (position - head < node.size()) {
                node.read(position - head, unit, RequestFlags.NONE);
            } else {
                // The write lets the node grow: there is nothing to read yet.
                Zeroes.fill(unit, unit.limit());
            }
            unit.put(head, src, src.position(), bytes).rewind();
            node.write(position - head, unit, flags);
            src.position(src.position() + bytes);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a range read as zeroes, by writing them where the node has no better way.
     *
     * @param offset where to begin
     * @param bytes how many
     * @param flags those the node lacks are emulated or dropped
     * @throws IOException as the node threw it; of kind UNSUPPORTED only with NO_FALLBACK
     */
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        RequestFlags kept = keep(flags, supported.writeZeroes().with(RequestFlags.NO_FALLBACK));
        long end = offset + bytes;
        long firstAligned = offset + limits.requestAlignment() - 1 & -limits.requestAlignment();
        long lastAligned = end & -limits.requestAlignment();
        if (flags.has(RequestFlags.NO_FALLBACK) && firstAligned < lastAligned) {
            // The ends are written as data: not before the node has agreed to what is between.
            zeroRange(firstAligned, lastAligned, kept);
            zeroRange(offset, firstAligned, kept);
            zeroRange(lastAligned, end, kept);
        } else {
            zeroRange(offset, end, kept);
        }
        flushForFua(flags, kept);
    }

    private void zeroRange(long offset, long end, RequestFlags kept) throws IOException {
        long alignment = Math.max(limits.zeroAlignment(), limits.requestAlignment());
        long longest = Math.max(alignment, limits.maxZeroes() & -alignment);
        long position = offset;
        while (position < end) {
            long piece = Math.min(end - position, longest);
            long head = position & (alignment - 1);
            if (head != 0) {
                piece = Math.min(piece, alignment - head);
            } else if (piece > alignment) {
                piece &= -alignment;
            }
            zeroPiece(position, piece, kept);
            position += piece;
        }
    }

    private void zeroPiece(long position, long bytes, RequestFlags flags) throws IOException {
        if (((position | bytes) & (limits.requestAlignment() - 1)) == 0) {
            try {
                node.writeZeroes(position, bytes, flags);
                return;
            } catch (BlockException e) {
                if (e.kind() != ErrorKind.UNSUPPORTED || flags.has(RequestFlags.NO_FALLBACK)) {
                    throw e;
                }
            }
        }
        RequestFlags asData = flags.has(RequestFlags.FUA) && supported.write().has(RequestFlags.FUA)
                ? RequestFlags.FUA : RequestFlags.NONE;
        for (long done = 0; done < bytes;) {
            ByteBuffer zeroes = Zeroes.source(bytes - done);
            int piece = zeroes.remaining();
            write(position + done, zeroes, asData);
            done += piece;
        }
    }

    /**
     * Discards what of a range the node's alignment allows.
     *
     * @param offset where to begin
     * @param bytes how many
     * @param size the node's size: a range that ends there need not end aligned
     * @throws IOException as the node threw it
     */
    public void discard(long offset, long bytes, long size) throws IOException {
        long alignment = Math.max(limits.discardAlignment(), limits.requestAlignment());
        long position = offset + alignment - 1 & -alignment;
        long end = offset + bytes == size ? size : offset + bytes & -alignment;
        long longest = Math.max(alignment, limits.maxDiscard() & -alignment);
        while (position < end) {
            long piece = Math.min(end - position, longest);
            node.discard(position, piece);
            position += piece;
        }
    }

    private void flushForFua(RequestFlags asked, RequestFlags kept) throws IOException {
        if (asked.has(RequestFlags.FUA) && !kept.has(RequestFlags.FUA)) {
            node.flush();
        }
    }

    private static RequestFlags keep(RequestFlags asked, RequestFlags supported) {
        int bits = asked.bits() & supported.bits();
        return bits == asked.bits() ? asked : new RequestFlags(bits);
    }

    private boolean fits(ByteBuffer buffer) {
        return BounceBuffers.isAligned(buffer, limits.memoryAlignment());
    }

    private int pieceBytes() {
        return limits.maxTransfer() & -limits.requestAlignment();
    }

    /** The longest bounced request: aligned, and no longer than the node's maximum. */
    private int bounceBytes() {
        return Math.min(pieceBytes(), BounceBuffers.BYTES & -limits.requestAlignment());
    }

    private int alignedUp(int bytes) {
        return bytes + limits.requestAlignment() - 1 & -limits.requestAlignment();
    }
}
