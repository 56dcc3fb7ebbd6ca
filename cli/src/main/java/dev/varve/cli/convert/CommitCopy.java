// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import dev.varve.api.block.Extent;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.disk.PageBuffers;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** Copies what layers hold into the image below them (QEMU's active commit). */
public final class CommitCopy {
    private static final int CHUNK = 2 << 20;

    private final BlockBackend layers;
    private final BlockBackend base;
    private final long shortest;
    private final RateLimit rate;
    private final Progress progress;
    private final ByteBuffer buffer = PageBuffers.allocate(CHUNK);

    /**
     * A copy of layers.
     *
     * @param layers reads the layers alone, without the base below them
     * @param base what they are copied into, at least as large
     * @param shortest the size of the smallest layer that has another one above it: zeroes are visible behind its end
     * @param rate the most bytes a second that are written, 0 for no limit
     * @param progress is told of each part
     */
    public CommitCopy(BlockBackend layers, BlockBackend base, long shortest, long rate, Progress progress) {
        this.layers = layers;
        this.base = base;
        this.shortest = shortest;
        this.rate = new RateLimit(rate);
        this.progress = progress;
    }

    /**
     * Copies; the base is flushed in the end.
     *
     * @throws IOException the first failure; the layers are unchanged
     */
    public void run() throws IOException {
        try {
            for (Iterator<Extent> each = layers.extents(0, layers.size()); each.hasNext();) {
                copy(each.next());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        base.flush();
    }

    private void copy(Extent extent) throws IOException {
        long split = extent.allocated() ? extent.end() : Math.clamp(shortest, extent.offset(), extent.end());
        boolean zero = extent.readsAsZeroes();
        if (extent.allocated() && !zero) {
            data(extent);
        } else if (extent.allocated()) {
            zeroes(extent.offset(), split);
        }
        zeroes(split, extent.end());
        progress.add(extent.bytes());
    }

    private void data(Extent extent) throws IOException {
        for (long at = extent.offset(); at < extent.end(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(CHUNK, extent.end() - at));
            layers.read(at, buffer);
            rate.take(buffer.limit());
            base.write(at, buffer.flip());
        }
    }

    private void zeroes(long start, long end) throws IOException {
        if (start < end) {
            base.writeZeroes(start, end - start, RequestFlags.MAY_UNMAP);
        }
    }
}
