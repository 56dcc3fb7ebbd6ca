// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.Operation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a node that takes requests of any shape, past the edge's checks: medium and openness were looked at when the
 * chain was found frozen. What is not inside the size that the node had then goes through the edge. Of a thousand
 * files that are read in turn little stays in the processor's caches, so that each object on the way counts.
 */
final class NodeReader implements BlockReader {
    private final BlockNode node;
    private final long size;
    private final NodeHandle handle;
    private final Edge edge;

    NodeReader(NodeHandle handle, Edge edge) {
        this.node = handle.node();
        this.size = handle.size();
        this.handle = handle;
        this.edge = edge;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        if (offset < 0 || offset > size - dst.remaining()) {
            edge.read(offset, dst, RequestFlags.NONE);
            return;
        }
        try {
            node.read(offset, dst, RequestFlags.NONE);
        } catch (IOException e) {
            throw handle.located(e, Operation.READ, offset);
        }
    }
}
