// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.NodeSettings.DetectZeroes;
import dev.varve.runtime.job.RangeLocks;
import dev.varve.runtime.request.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Requests through an edge that change its node: permission and range are checked, running jobs are kept apart from
 * them, and the node learns what was changed, whether the request succeeded as a whole or not.
 */
final class EdgeChanges {
    private EdgeChanges() {
    }

    /** Checks a range that a write may extend, where this edge may resize and its parent keeps its data there. */
    private static void checkWritable(Edge edge, NodeHandle node, long offset, long bytes) {
        if (offset >= 0 && bytes >= 0 && edge.mayGrow() && offset <= Long.MAX_VALUE - bytes) {
            return;
        }
        Edge.checkInside(node, offset, bytes);
    }

    /** The node of an edge that may write. */
    static NodeHandle writable(Edge edge, Operation operation, long offset, RequestFlags flags)
            throws BlockException {
        NodeHandle node = edge.ready(operation, offset);
        if (!edge.mayWrite(flags)) {
            ErrorKind kind = node.settings().readOnly() ? ErrorKind.READ_ONLY : ErrorKind.PERMISSION;
            String problem = node.settings().readOnly() ? "the node is read-only"
                    : edge.describe() + " has no permission 'write'";
            throw BlockException.locate(new BlockException(kind, problem), operation, node.name(), offset);
        }
        return node;
    }

    static void write(Edge edge, long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        if (!src.hasRemaining()) {
            return;
        }
        NodeHandle node = writable(edge, Operation.WRITE, offset, flags);
        int bytes = src.remaining();
        checkWritable(edge, node, offset, bytes);
        NodeSettings settings = node.settings();
        if (settings.detectZeroes() != DetectZeroes.OFF && Zeroes.only(src)) {
            writeZeroes(edge, offset, bytes, settings.detectZeroes() == DetectZeroes.UNMAP
                    ? flags.with(RequestFlags.MAY_UNMAP) : flags);
            src.position(src.limit());
            return;
        }
        RangeLocks.Range range = node.enterWrite(edge, offset, bytes);
        try {
            node.requests().write(offset, src, flags);
        } catch (IOException e) {
            throw node.located(e, Operation.WRITE, offset);
        } finally {
            changed(edge, node, offset, bytes, !src.hasRemaining());
            RangeLocks.leave(range);
        }
    }

    /** Tells the node of a change that came through here, whether it succeeded as a whole or not. */
    private static void changed(Edge edge, NodeHandle node, long offset, long bytes, boolean done) {
        node.changed(offset, bytes, edge.parentNode() == null);
        node.wroteTo(done ? offset + bytes : 0);
    }

    static void writeZeroes(Edge edge, long offset, long bytes, RequestFlags flags) throws IOException {
        if (bytes == 0) {
            return;
        }
        NodeHandle node = writable(edge, Operation.WRITE_ZEROES, offset, flags);
        checkWritable(edge, node, offset, bytes);
        RequestFlags kept = node.settings().discardUnmap() ? flags : flags.without(RequestFlags.MAY_UNMAP);
        boolean done = false;
        RangeLocks.Range range = node.enterWrite(edge, offset, bytes);
        try {
            node.requests().writeZeroes(offset, bytes, kept);
            done = true;
        } catch (IOException e) {
            throw node.located(e, Operation.WRITE_ZEROES, offset);
        } finally {
            changed(edge, node, offset, bytes, done);
            RangeLocks.leave(range);
        }
    }

    static void discard(Edge edge, long offset, long bytes) throws IOException {
        if (bytes == 0) {
            return;
        }
        NodeHandle node = writable(edge, Operation.DISCARD, offset, RequestFlags.NONE);
        Edge.checkInside(node, offset, bytes);
        if (!node.settings().discardUnmap()) {
            return;
        }
        RangeLocks.Range range = node.enterLoss(edge, offset, bytes);
        try {
            node.requests().discard(offset, bytes, node.size());
        } catch (IOException e) {
            throw node.located(e, Operation.DISCARD, offset);
        } finally {
            changed(edge, node, offset, bytes, false);
            RangeLocks.leave(range);
        }
    }

    static void truncate(Edge edge, long size, Preallocation mode, RequestFlags flags) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("size " + size + " is negative");
        }
        NodeHandle node = edge.ready(Operation.TRUNCATE, size);
        if (!edge.mayResize()) {
            ErrorKind kind = node.settings().readOnly() ? ErrorKind.READ_ONLY : ErrorKind.PERMISSION;
            throw BlockException.locate(new BlockException(kind, edge.describe() + " has no permission 'resize'"),
                    Operation.TRUNCATE, node.name(), size);
        }
        long before = node.size();
        long kept = Math.min(size, node.size());
        RangeLocks.Range range = node.enterLoss(edge, kept, Long.MAX_VALUE - kept);
        try {
            node.node().truncate(size, mode, flags);
        } catch (IOException e) {
            throw node.located(e, Operation.TRUNCATE, size);
        } finally {
            changed(edge, node, Math.min(before, size), Long.MAX_VALUE, false);
            try {
                node.refreshSize();
            } finally {
                RangeLocks.leave(range);
            }
        }
    }
}
