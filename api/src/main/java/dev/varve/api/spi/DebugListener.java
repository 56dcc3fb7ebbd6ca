// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.io.IOException;

/** A node that is told what its parents come to: implemented by nodes that make faults. */
public interface DebugListener {
    /**
     * A parent has come to a point.
     *
     * @param event the point
     * @throws IOException a fault to be made there
     */
    void debugEvent(DebugEvent event) throws IOException;
}
