// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters;

import dev.varve.api.block.Permission;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.SpiLevel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Base of filters that want a larger alignment than their child has. The last unit may end behind the child then: reads
 * find zeroes there, and what is written there is dropped where the child cannot grow.
 */
public abstract class AlignedFilterNode extends FilterNode {
    /**
     * For subclasses.
     *
     * @param filtered the edge to the child that the filter presents
     */
    protected AlignedFilterNode(BlockChild filtered) {
        super(filtered, SpiLevel.V1_1);
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        int end = dst.limit();
        int inside = inside(offset, dst.remaining());
        if (inside > 0) {
            filtered().read(offset, dst.limit(dst.position() + inside), flags);
        }
        dst.limit(end);
        while (dst.hasRemaining()) {
            dst.put((byte) 0);
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        int end = src.limit();
        int kept = filtered().permissions().uses(Permission.RESIZE) ? src.remaining()
                : inside(offset, src.remaining());
        if (kept > 0) {
            filtered().write(offset, src.limit(src.position() + kept), flags);
        }
        src.limit(end).position(end);
    }

    private int inside(long offset, int bytes) throws IOException {
        return (int) Math.max(0, Math.min(bytes, filtered().size() - offset));
    }
}
