// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.ImageNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Notices changes of a layer's storage that did not come through the layer: writes of other users of the graph, and of
 * other programs where the storage cannot keep them out. Thread-safe.
 */
final class StorageWatch {
    private final NodeHandle storage;
    private final ContentLog writes;
    private long foreignWrites;
    private long ownWrites;
    private OptionalLong stamp = OptionalLong.empty();

    private StorageWatch(NodeHandle storage) {
        this.storage = storage;
        this.writes = storage.contentLog();
        this.foreignWrites = writes.foreign();
        trust();
    }

    /** Watches of everything below a layer that is not its backing chain. */
    static List<StorageWatch> below(NodeHandle layer) {
        List<StorageWatch> found = new ArrayList<>();
        ArrayDeque<NodeHandle> queue = new ArrayDeque<>(List.of(layer));
        while (!queue.isEmpty()) {
            NodeHandle node = queue.remove();
            if (node.isProtocol()) {
                found.add(new StorageWatch(node));
            }
            for (Edge edge : node.children()) {
                NodeHandle child = edge.target();
                if (child != null && edge != node.backing()) {
                    queue.add(child);
                }
            }
        }
        return found;
    }

    /** Tells whether somebody else of the graph wrote since this was asked the last time. */
    synchronized boolean wasWrittenByOthers() {
        long now = writes.foreign();
        boolean written = now != foreignWrites;
        foreignWrites = now;
        return written;
    }

    /** Takes the storage as it is now. */
    synchronized void trust() {
        ownWrites = writes.own();
        stamp = stamp();
    }

    private OptionalLong stamp() {
        try {
            BlockNode node = storage.node();
            return node instanceof ImageNode image ? image.contentStamp() : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Refuses to go on where another program has changed the storage. */
    synchronized void checkUnchanged() throws BlockException {
        if (stamp.isEmpty()) {
            return;
        }
        if (writes.own() != ownWrites) {
            trust();
        } else if (!stamp.equals(stamp())) {
            throw Layer.changed(storage);
        }
    }
}
