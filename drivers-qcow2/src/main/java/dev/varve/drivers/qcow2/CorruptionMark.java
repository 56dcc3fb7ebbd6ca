// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.NodeEvents;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.mapping.Corruption;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the first corruption of a node, marks a writable image, and lets nobody use it from then on (QEMU's
 * {@code qcow2_signal_corruption}).
 */
final class CorruptionMark implements Corruption {
    private final NodeEvents events;
    private final boolean writable;
    private @Nullable HeaderStore headers;
    private boolean told;
    private volatile boolean closed;

    CorruptionMark(NodeEvents events, boolean writable) {
        this.events = events;
        this.writable = writable;
    }

    /** Where the mark goes. */
    synchronized void watch(HeaderStore store) {
        headers = store;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void check() throws BlockException {
        if (closed) {
            throw new BlockException(ErrorKind.NO_MEDIUM, "the image was found to be corrupt and is not used any more");
        }
    }

    @Override
    public synchronized BlockException fatal(String problem) throws IOException {
        if (!writable) {
            harmless(problem);
        } else if (!closed) {
            events.message("qcow2: Marking image as corrupt: " + problem
                    + "; further corruption events will be suppressed");
            told = true;
            closed = true;
            if (headers != null) {
                headers.putOn(Features.CORRUPT);
            }
        }
        return BlockException.corrupt(problem);
    }

    @Override
    public void note(String message) {
        events.message(message);
    }

    @Override
    public synchronized void harmless(String problem) {
        if (!told) {
            told = true;
            events.message("qcow2: Image is corrupt: " + problem
                    + "; further non-fatal corruption events will be suppressed");
        }
    }
}
