// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.DebugListener;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageOperations;
import dev.varve.filters.AlignedFilterNode;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes requests on unless a rule makes them fail. */
final class BlkdebugNode extends AlignedFilterNode implements DebugListener {
    private final FaultPlan plan;
    private final BlockLimits limits;
    private final long discardUnit;
    private final long longestDiscard;

    BlkdebugNode(BlockChild image, FaultPlan plan, LimitOptions wishes) {
        super(image);
        this.plan = plan;
        this.limits = wishes.limits();
        this.discardUnit = Math.max(wishes.discardAlignment(), limits.requestAlignment());
        this.longestDiscard = wishes.longestDiscard();
        plan.reached(DebugEvent.NONE);
    }

    @Override
    public BlockLimits limits() {
        return limits;
    }

    @Override
    public void debugEvent(DebugEvent event) {
        plan.reached(event);
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        plan.check(IoType.READ, offset, dst.remaining());
        super.read(offset, dst, flags);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        plan.check(IoType.WRITE, offset, src.remaining());
        super.write(offset, src, flags);
    }

    /** What is smaller than the granularity is refused, so that it comes back as a write. */
    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        int unit = Math.max(limits.requestAlignment(), limits.zeroAlignment());
        if (bytes < unit) {
            throw BlockException.unsupported("write zeroes of " + bytes + " bytes, allowed are at least " + unit);
        }
        plan.check(IoType.WRITE_ZEROES, offset, bytes);
        super.writeZeroes(offset, bytes, flags);
    }

    /**
     * Discards in the pieces that the granularity makes of the range (QEMU's {@code bdrv_co_pdiscard}): nothing is
     * rounded away here.
     */
    @Override
    public void discard(long offset, long bytes) throws IOException {
        long position = offset;
        long end = offset + bytes;
        while (position < end) {
            long untilUnit = discardUnit - position % discardUnit;
            long piece = Math.min(end - position, longestDiscard);
            if (untilUnit != discardUnit) {
                piece = Math.min(piece, untilUnit);
            } else if (piece > discardUnit) {
                piece -= piece % discardUnit;
            }
            discardPiece(position, piece);
            position += piece;
        }
    }

    private void discardPiece(long offset, long bytes) throws IOException {
        try {
            plan.check(IoType.DISCARD, offset, bytes);
            super.discard(offset, bytes);
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
        }
    }

    @Override
    public void flush() throws IOException {
        plan.check(IoType.FLUSH, 0, 0);
        super.flush();
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        plan.check(IoType.BLOCK_STATUS, offset, bytes);
        return super.blockStatus(offset, bytes, effort);
    }

    @Override
    public ImageOperations operations() throws IOException {
        return new DebugOperations(super.operations(), plan);
    }
}
