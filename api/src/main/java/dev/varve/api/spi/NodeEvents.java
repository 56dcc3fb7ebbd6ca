// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/** What a node tells the runtime on its own account. Any thread may call, also during a request. */
public interface NodeEvents {
    /** The medium came, went or was exchanged: the next request asks {@link BlockNode#isInserted} and size again. */
    void mediumChanged();
}
