// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;

/** Holds requests where a driver tells of an event (QEMU's {@code blkdebug}). Any thread may call. */
public interface Breakpoints {
    /**
     * Holds the next request that comes to an event.
     *
     * @param event its name
     * @param tag what {@link #resume} knows the request by
     * @throws BlockException of kind INVALID_OPTION where there is no such event
     */
    void add(String event, String tag) throws BlockException;

    /**
     * Removes break points, and lets a request go on that is held there.
     *
     * @param tag given to {@link #add}
     * @throws BlockException of kind NOT_FOUND where there is none
     */
    void remove(String tag) throws BlockException;

    /**
     * Lets a request go on.
     *
     * @param tag given to {@link #add}
     * @throws BlockException of kind NOT_FOUND where none is held
     */
    void resume(String tag) throws BlockException;

    /**
     * Tells whether a request is held.
     *
     * @param tag given to {@link #add}
     * @return true between arrival and {@link #resume}
     */
    boolean isSuspended(String tag);
}
