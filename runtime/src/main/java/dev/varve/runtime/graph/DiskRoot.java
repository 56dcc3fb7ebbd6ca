// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.RequestGate;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the graph keeps of a user's handle: the edge that its requests go down and the gate that they enter by. The
 * graph does not keep the handle itself, so that one that was forgotten can be noticed. Thread-safe.
 */
final class DiskRoot {
    private final Edge edge;
    private final RequestGate gate = new RequestGate();
    private final LongAdder requests;
    private volatile boolean closed;

    DiskRoot(Edge edge, GraphState state) {
        this.edge = edge;
        this.requests = state.requests();
    }

    Edge edge() {
        return edge;
    }

    RequestGate gate() {
        return gate;
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets a request in; whoever enters leaves by {@link #exit}. */
    int enter() throws BlockException {
        int ticket = gate.enter();
        if (closed) {
            gate.exit(ticket);
            throw refusal();
        }
        requests.increment();
        return ticket;
    }

    void exit(int ticket) {
        gate.exit(ticket);
    }

    /** Counts a request that runs while the gate is closed. */
    void countAlone() throws BlockException {
        if (closed) {
            throw refusal();
        }
        requests.increment();
    }

    private static BlockException refusal() {
        return new BlockException(ErrorKind.CLOSED, "the disk is closed");
    }

    /** Lets requests that come later fail; returns false where that was so already. */
    boolean markClosed() {
        gate.close();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            gate.open();
        }
    }
}
