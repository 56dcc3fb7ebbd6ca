// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.Map;

/** What a node tells the runtime on its own account. Any thread may call, also during a request. */
public interface NodeEvents {
    /** The medium came, went or was exchanged: the next request asks {@link BlockNode#isInserted} and size again. */
    void mediumChanged();

    /**
     * Something happened that a person should read, such as that an image was found to be corrupt or was repaired.
     *
     * @param line one line in the words of QEMU, without an end of line
     */
    default void message(String line) {
        // Nobody reads.
    }

    /**
     * Something happened that programs act on.
     *
     * @param event its name in QAPI
     * @param data its members: String, Long and Boolean values
     */
    default void report(String event, Map<String, Object> data) {
        // Nobody listens.
    }
}
