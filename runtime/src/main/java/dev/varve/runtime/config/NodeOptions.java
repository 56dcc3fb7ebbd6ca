// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.NodeName;
import dev.varve.api.spi.Options;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The definition of one node, checked and taken apart.
 *
 * @param name its node-name, empty where one is to be generated
 * @param settings what it says of the options that every node has
 * @param options the driver's own options, children not among them
 * @param children what it says of its children, by name, in the order of the declarations
 */
public record NodeOptions(Optional<NodeName> name, GenericSettings settings, Options options,
        Map<String, ChildOption> children) {
    /** Copies the map, keeping its order. */
    public NodeOptions {
        children = Collections.unmodifiableMap(new LinkedHashMap<>(children));
    }
}
