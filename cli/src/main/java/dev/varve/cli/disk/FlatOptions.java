// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.graph.NodeDefinition;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Definitions with the names of nested options joined by dots (QEMU's {@code qdict_flatten}); lists stay lists. */
public final class FlatOptions {
    private FlatOptions() {
    }

    /**
     * The options of a definition.
     *
     * @param definition any definition, nested as deep as a command line writes it
     * @return by names with dots, in order; for the caller to change
     */
    public static Map<String, @Nullable Object> of(NodeDefinition definition) {
        Map<String, @Nullable Object> flat = new LinkedHashMap<>();
        add(flat, "", definition.options());
        return flat;
    }

    /**
     * A definition with options of another one before its own (QEMU's {@code qdict_join} with the other's kept).
     *
     * @param definition what counts where the other says nothing
     * @param options what counts
     * @return a new definition
     */
    public static NodeDefinition joined(NodeDefinition definition, NodeDefinition options) {
        Map<String, @Nullable Object> flat = of(definition);
        flat.putAll(of(options));
        return new NodeDefinition(flat);
    }

    private static void add(Map<String, @Nullable Object> flat, String prefix, Map<?, ?> options) {
        options.forEach((name, value) -> {
            if (value instanceof Map<?, ?> nested && !nested.isEmpty()) {
                add(flat, prefix + name + ".", nested);
            } else {
                flat.put(prefix + name, value);
            }
        });
    }
}
