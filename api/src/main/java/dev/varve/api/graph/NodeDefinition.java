// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The definition of a node as configuration gives it: option names and values, with nested definitions or node-names
 * for its children (QEMU's {@code blockdev} options).
 *
 * @param options String, Long, Boolean, null, List and Map values by name, in the order of the configuration
 */
public record NodeDefinition(Map<String, Object> options) {
    /** Copies the map, keeping its order. */
    public NodeDefinition {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * This definition with one option more, or with another value for it.
     *
     * @param name the option
     * @param value its value
     * @return a new definition
     */
    public NodeDefinition with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(name, value);
        return new NodeDefinition(more);
    }
}
