// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import dev.varve.api.graph.NodeDefinition;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The drivers that definitions name, at any depth. */
final class DriverNames {
    private static final String DRIVER = "driver";

    private DriverNames() {}

    static Set<String> of(List<NodeDefinition> definitions) {
        Set<String> names = new TreeSet<>();
        Deque<Object> rest = new ArrayDeque<>();
        definitions.forEach(definition -> rest.add(definition.options()));
        while (!rest.isEmpty()) {
            switch (rest.remove()) {
                case Map<?, ?> options -> options.forEach((key, value) -> {
                    boolean named = key.equals(DRIVER) || key.toString().endsWith("." + DRIVER);
                    if (named && value instanceof String name) {
                        names.add(name);
                    } else if (value != null) {
                        rest.add(value);
                    }
                });
                case Collection<?> several -> several.stream().filter(value -> value != null).forEach(rest::add);
                default -> { }
            }
        }
        return names;
    }
}
