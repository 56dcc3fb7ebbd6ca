// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.compress;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.filters.AlignedFilterNode;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Lets every write be stored compressed, in whole clusters of the child. */
final class CompressNode extends AlignedFilterNode {
    private static final int MAX_UNIT = 1 << 30;

    private final BlockLimits limits;

    CompressNode(BlockChild file) throws IOException {
        super(file);
        long unit = file.info().clusterSize().orElse(1);
        boolean usable = unit > 0 && unit <= MAX_UNIT && Long.bitCount(unit) == 1;
        BlockLimits below = file.limits();
        int alignment = Math.max(below.requestAlignment(), usable ? (int) unit : 1);
        this.limits = new BlockLimits(alignment, below.memoryAlignment(), Math.max(alignment, below.maxTransfer()),
                Math.max(alignment, below.zeroAlignment()), below.maxZeroes(),
                Math.max(alignment, below.discardAlignment()), below.maxDiscard());
    }

    @Override
    public BlockLimits limits() {
        return limits;
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        // The last cluster of the disk may be a short one: what aligning adds to it is nobody's.
        int end = src.limit();
        src.limit(src.position() + Math.clamp(filtered().size() - offset, 0, src.remaining()));
        super.write(offset, src, flags.with(RequestFlags.COMPRESSED));
        src.limit(end).position(end);
    }
}
