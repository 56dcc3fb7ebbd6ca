// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Operation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import dev.varve.runtime.request.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads through a backing chain in a loop: each layer transfers what it holds or says for how far it holds nothing,
 * and the walk goes on below with that range, which zeroes end where a layer is shorter than its overlay.
 */
final class LayerWalk {
    private LayerWalk() {
    }

    /** Reads from a node on down; where a chain is frozen, what stands for it is asked instead of its layers. */
    static void read(NodeHandle top, long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        read(top, offset, dst, flags, false);
    }

    /** Reads from a node on down, layer by layer in any case. */
    static void readPlain(NodeHandle top, long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        read(top, offset, dst, flags, true);
    }

    private static void read(NodeHandle top, long offset, ByteBuffer dst, RequestFlags flags, boolean plain)
            throws IOException {
        int end = dst.limit();
        int start = dst.position();
        int visits = 0;
        try {
            while (dst.position() < end) {
                visits += readRun(top, offset + dst.position() - start, dst, flags, plain);
                dst.limit(end);
            }
        } finally {
            top.graph().visitedLayers(visits);
        }
    }

    /** Reads one run at the buffer's position and returns how many layers below the top were asked. */
    private static int readRun(NodeHandle top, long offset, ByteBuffer dst, RequestFlags flags, boolean plain)
            throws IOException {
        NodeHandle layer = top;
        int depth = 0;
        while (true) {
            OverlayNode overlay = layer.overlay();
            try {
                if (overlay == null) {
                    layer.requests().read(offset, dst, flags);
                    return depth;
                }
                Collapse collapse = plain ? null : layer.collapse();
                if (collapse != null) {
                    collapse.node().read(offset, dst, flags);
                    return depth;
                }
                int run = layer.requests().readAllocated(overlay, offset, dst, flags);
                if (run > 0) {
                    return depth;
                }
                dst.limit(dst.position() - run);
            } catch (IOException e) {
                throw layer.located(e, Operation.READ, offset);
            }
            NodeHandle next = below(layer);
            if (next == null || offset >= next.size()) {
                Zeroes.fill(dst, dst.limit());
                return depth;
            }
            dst.limit((int) Math.min(dst.limit(), dst.position() + (next.size() - offset)));
            layer = next;
            depth++;
        }
    }

    private static @Nullable NodeHandle below(NodeHandle layer) throws IOException {
        Edge backing = layer.backing();
        NodeHandle next = backing == null ? null : backing.target();
        if (next != null) {
            next.ensureReady();
        }
        return next;
    }
}
