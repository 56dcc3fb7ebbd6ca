// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.DebugListener;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a node of the points that requests to it come to (QEMU's {@code bdrv_debug_event}).
 *
 * @param listener the node, null where it does not listen
 */
record DebugPoints(@Nullable DebugListener listener) {
    static DebugPoints of(BlockNode node) {
        return new DebugPoints(node instanceof DebugListener listening ? listening : null);
    }

    boolean unheard() {
        return listener == null;
    }

    void reached(DebugEvent event) throws IOException {
        if (listener != null) {
            listener.debugEvent(event);
        }
    }
}
