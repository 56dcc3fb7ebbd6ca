// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a graph file, and how values name them: <code>${name}</code>, <code>${name:-default}</code>,
 * <code>${env:NAME}</code> for the environment, and <code>$${</code> for the characters themselves.
 *
 * @param given asked first
 * @param defaults what files set
 */
record Properties(Function<String, Optional<String>> given, Map<String, String> defaults) {
    private static final String ENVIRONMENT = "env:";
    private static final String DEFAULT = ":-";

    /** A text with the values of the properties that it names; values are not looked into again. */
    String expand(String text) throws BlockException {
        int next = text.indexOf("${");
        if (next < 0) {
            return text;
        }
        StringBuilder expanded = new StringBuilder();
        int position = 0;
        while (next >= 0) {
            if (next > position && text.charAt(next - 1) == '$') {
                expanded.append(text, position, next - 1).append("${");
                position = next + 2;
            } else {
                int end = text.indexOf('}', next);
                if (end < 0) {
                    throw BlockException.invalidOption("value '" + text + "' has no '}' behind '${'");
                }
                expanded.append(text, position, next).append(value(text.substring(next + 2, end)));
                position = end + 1;
            }
            next = text.indexOf("${", position);
        }
        return expanded.append(text, position, text.length()).toString();
    }

    private String value(String reference) throws BlockException {
        int split = reference.indexOf(DEFAULT);
        String name = split < 0 ? reference : reference.substring(0, split);
        if (name.isEmpty()) {
            throw BlockException.invalidOption("'${" + reference + "}' names no property");
        }
        String found = find(name);
        if (found != null) {
            return found;
        }
        if (split < 0) {
            throw BlockException.invalidOption("property '" + name + "' has no value; '${" + name
                    + ":-VALUE}' would give it a default");
        }
        return reference.substring(split + DEFAULT.length());
    }

    private @Nullable String find(String name) {
        if (name.startsWith(ENVIRONMENT)) {
            return System.getenv(name.substring(ENVIRONMENT.length()));
        }
        Optional<String> first = given.apply(name);
        return first.isPresent() ? first.get() : defaults.get(name);
    }
}
