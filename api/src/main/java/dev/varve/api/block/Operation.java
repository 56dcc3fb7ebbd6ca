// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.Locale;

/** What was being done when an exception arose. */
public enum Operation {
    /** Opening a node. */
    OPEN,
    /** Creating an image. */
    CREATE,
    /** Reading. */
    READ,
    /** Writing. */
    WRITE,
    /** Writing zeroes. */
    WRITE_ZEROES,
    /** Discarding. */
    DISCARD,
    /** Changing the size. */
    TRUNCATE,
    /** Flushing. */
    FLUSH,
    /** Changing the name of the backing file in an image. */
    CHANGE_BACKING_FILE,
    /** Asking for the block status. */
    BLOCK_STATUS,
    /** Checking an image's metadata. */
    CHECK,
    /** Changing an image: repair, amendment, snapshots, bitmaps. */
    IMAGE_CHANGE,
    /** Changing the graph or its permissions. */
    GRAPH_CHANGE,
    /** Closing a node. */
    CLOSE;

    /**
     * The words used in messages.
     *
     * @return lower-case words
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
