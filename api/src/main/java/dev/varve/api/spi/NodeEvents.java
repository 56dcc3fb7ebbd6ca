// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/** What a node tells the runtime on its own account. Any thread may call, also during a request. */
public interface NodeEvents {
    /** The medium came, went or was exchanged: the next request asks {@link BlockNode#isInserted} and size again. */
    void mediumChanged();

    /**
     * Something that belongs to no request and that a user of the graph may want to read.
     *
     * @param line one line without its end
     */
    default void tell(String line) {
        // Nobody listens.
    }

    /**
     * Something after which nobody should go on. Where this returns, the node fails the request.
     *
     * @param line one line without its end
     */
    default void stop(String line) {
        // Nobody listens.
    }
}
