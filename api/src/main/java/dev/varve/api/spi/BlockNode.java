// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.Permissions;
import java.io.IOException;

/**
 * An open driver instance. Only the runtime calls it, through edges: range, alignment, maxima, flags, permissions and
 * medium are checked already, and requests of length zero never arrive. Extend {@link ImageNode},
 * {@link OverlayNode} or {@link FilterNode}.
 */
public sealed interface BlockNode extends BlockIo, AutoCloseable permits ImageNode, FilterNode {
    /**
     * Tells whether the node's own medium is there. The runtime asks the children and remembers the answer until the
     * graph or a medium changes ({@link NodeEvents#mediumChanged}).
     *
     * @return false where requests cannot be served for want of a medium
     */
    boolean isInserted();

    /**
     * Takes note of what the edges above the node are about to use and share. Called under the graph's change lock.
     * A protocol takes its file locks here.
     *
     * @param cumulative the union of what is used, the intersection of what is shared
     * @return how to go on when every node has agreed
     * @throws IOException if the node cannot be used that way; nothing has changed then
     */
    PermissionChange preparePermissions(Permissions cumulative) throws IOException;

    /**
     * Tells that somebody waits for the requests under way, so that a drain can begin: meanwhile the node holds none
     * back of its own accord, as throttling does. Nests.
     *
     * @param waits true where the waiting begins, false where it has ended
     */
    default void drainWaiting(boolean waits) {
        // Nothing is held back.
    }

    /** Stops background work (timers, write-back) until {@link #drainEnd}. Nests. No request is under way after. */
    void drainBegin();

    /** Ends one {@link #drainBegin}. */
    void drainEnd();

    /**
     * Flushes and releases what the node holds. Called once, with no request under way, while its children are still
     * attached and open.
     *
     * @throws IOException if metadata could not be written; everything is released all the same
     */
    @Override
    void close() throws IOException;
}
