// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.NodeDefinition;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a child comes from. */
public sealed interface ChildSource {
    /**
     * A node that exists.
     *
     * @param node its name
     */
    record Reference(NodeName node) implements ChildSource {}

    /**
     * A nested definition.
     *
     * @param definition of the child
     */
    record Definition(NodeDefinition definition) implements ChildSource {}

    /** No child. */
    record None() implements ChildSource {}

    /**
     * The source of one child in a definition.
     *
     * @param definition of the parent
     * @param name the child's
     * @return None where there is no such option or it is null
     * @throws BlockException if it is neither a definition nor a name
     */
    static ChildSource in(NodeDefinition definition, String name) throws BlockException {
        Object raw = definition.options().get(name);
        if (raw == null) {
            return new None();
        }
        if (raw instanceof String text) {
            return new Reference(new NodeName(text));
        }
        Map<String, Object> nested = new LinkedHashMap<>();
        ((Map<?, ?>) raw).forEach((key, value) -> nested.put((String) key, value));
        return new Definition(new NodeDefinition(nested));
    }
}
