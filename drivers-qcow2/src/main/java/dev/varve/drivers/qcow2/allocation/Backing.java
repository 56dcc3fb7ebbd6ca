// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.Extent;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What unallocated clusters show: the backing file's content, or zeroes.
 *
 * @param edge the edge of role COW; null while an image is created
 */
public record Backing(@Nullable BlockChild edge) {
    /** Unallocated clusters are zeroes. */
    public static final Backing NONE = new Backing(null);

    boolean isAttached() {
        return edge != null && edge.isAttached();
    }

    /** How many bytes from an offset on, at most {@code most}, may be other than zero. */
    long shown(long offset, long most) throws IOException {
        return edge != null && edge.isAttached() ? Math.clamp(edge.size() - offset, 0, most) : 0;
    }

    /** Whether a range is known to show zeroes, by metadata alone. */
    boolean readsAsZeroes(long offset, long bytes) throws IOException {
        long shown = shown(offset, bytes);
        for (long at = offset; edge != null && at < offset + shown;) {
            Extent extent = edge.extent(at, offset + shown - at);
            if (!extent.readsAsZeroes()) {
                return false;
            }
            at = extent.end();
        }
        return true;
    }

    void read(long offset, ByteBuffer dst) throws IOException {
        if (edge != null) {
            edge.read(offset, dst, RequestFlags.NONE);
        }
    }
}
