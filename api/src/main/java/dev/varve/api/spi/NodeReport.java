// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.NodeName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened to a node and that programs act on: an event of QEMU's monitor (QAPI), such as
 * {@code QUORUM_REPORT_BAD}.
 *
 * @param node the node that tells it
 * @param event the event's name in QAPI
 * @param data its members by their names in QAPI: String, Long and Boolean values
 */
public record NodeReport(NodeName node, String event, Map<String, Object> data) {
    /** Copies the map, keeping its order. */
    public NodeReport {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }
}
