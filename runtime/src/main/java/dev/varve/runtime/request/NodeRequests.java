// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Requests of any shape, brought to one node in the shape it wants (QEMU's {@code bdrv_aligned_preadv},
 * {@code bdrv_co_do_pwrite_zeroes} and what surrounds them). The range is checked already. Thread-safe.
 */
public final class NodeRequests {
    private final BlockNode node;
    private final BlockLimits limits;
    private final SupportedFlags supported;
    private final boolean anyShape;
    private final DebugPoints points;
    private volatile @Nullable PaddedWrites padded;

    /**
     * The requests of one node.
     *
     * @param node is open
     */
    public NodeRequests(BlockNode node) {
        this.node = node;
        this.limits = node.limits();
        this.supported = node.supportedFlags();
        this.points = DebugPoints.of(node);
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
        try (BounceBuffers.Loan loan = BounceBuffers.lend(alignedUp(head + bytes))) {
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
        try (BounceBuffers.Loan loan = BounceBuffers.lend(alignedUp(head + bytes))) {
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
        if (anyShape && src.remaining() <= limits.maxTransfer() && points.unheard()) {
            node.write(offset, src, kept);
        } else {
            padded().write(offset, src, kept, false);
        }
        flushForFua(flags, kept);
    }

    private PaddedWrites padded() {
        PaddedWrites known = padded;
        return known != null ? known : createPadded();
    }

    private synchronized PaddedWrites createPadded() {
        PaddedWrites known = padded;
        if (known == null) {
            known = new PaddedWrites(node, limits, points);
            padded = known;
        }
        return known;
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
        if (points.unheard() || !coversUnit(offset, bytes)) {
            zeroPieces(offset, bytes, kept);
        } else {
            points.reached(DebugEvent.PWRITEV_ZERO);
            try {
                zeroPieces(offset, bytes, kept);
            } finally {
                points.reached(DebugEvent.PWRITEV_DONE);
            }
        }
        flushForFua(flags, kept);
    }

    private boolean coversUnit(long offset, long bytes) {
        return firstAligned(offset) < lastAligned(offset + bytes);
    }

    private long firstAligned(long offset) {
        return lastAligned(offset + limits.requestAlignment() - 1);
    }

    private long lastAligned(long end) {
        return end & -limits.requestAlignment();
    }

    private void zeroPieces(long offset, long bytes, RequestFlags flags) throws IOException {
        long end = offset + bytes;
        if (flags.has(RequestFlags.NO_FALLBACK) && coversUnit(offset, bytes)) {
            // The ends are written as data: not before the node has agreed to what is between.
            zeroRange(firstAligned(offset), lastAligned(end), flags);
            zeroRange(offset, firstAligned(offset), flags);
            zeroRange(lastAligned(end), end, flags);
        } else {
            zeroRange(offset, end, flags);
        }
    }

    private void zeroRange(long offset, long end, RequestFlags flags) throws IOException {
        long alignment = Math.max(limits.zeroAlignment(), limits.requestAlignment());
        long longest = Math.max(alignment, alignedDown(limits.maxZeroes(), alignment));
        long position = offset;
        while (position < end) {
            long piece = Math.min(end - position, longest);
            long head = position % alignment;
            if (head != 0) {
                piece = Math.min(piece, alignment - head);
            } else if (piece > alignment) {
                piece = alignedDown(piece, alignment);
            }
            zeroPiece(position, piece, flags);
            position += piece;
        }
    }

    private void zeroPiece(long position, long bytes, RequestFlags flags) throws IOException {
        boolean aligned = ((position | bytes) & (limits.requestAlignment() - 1)) == 0;
        if (aligned) {
            try {
                if (limits.requestAlignment() == 1) {
                    node.writeZeroes(position, bytes, flags);
                } else {
                    padded().writeZeroes(position, bytes, flags);
                }
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
            if (anyShape && piece <= limits.maxTransfer()) {
                node.write(position + done, zeroes, asData);
            } else {
                padded().write(position + done, zeroes, asData, aligned);
            }
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
        long position = alignedDown(offset + alignment - 1, alignment);
        long end = offset + bytes == size ? size : alignedDown(offset + bytes, alignment);
        long longest = Math.max(alignment, alignedDown(limits.maxDiscard(), alignment));
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
        return Math.min(pieceBytes(), BounceBuffers.longest(limits.requestAlignment()));
    }

    private static long alignedDown(long value, long alignment) {
        return value - value % alignment;
    }

    private int alignedUp(int bytes) {
        return bytes + limits.requestAlignment() - 1 & -limits.requestAlignment();
    }
}
