// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.NodeDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Text to definitions. */
public final class DefinitionReader {
    private DefinitionReader() {
    }

    /** A name. */
    public static NodeDefinition parseName(String name) throws BlockException {
        if (name.startsWith("json:")) {
            return parseGraph(name.substring(5)).get(0);
        }
        if (name.startsWith("null-co:")) {
            return new NodeDefinition(Map.of("driver", "null-co"));
        }
        return new NodeDefinition(Map.of("file", Map.of("driver", "file", "filename", name)));
    }

    /** The storage. */
    @SuppressWarnings("unchecked")
    public static NodeDefinition storageOf(NodeDefinition definition) {
        return definition.options().get("file") instanceof Map<?, ?> file
                ? new NodeDefinition((Map<String, Object>) file) : definition;
    }

    /** Options. */
    @SuppressWarnings("unchecked")
    public static NodeDefinition parseOptions(String options) throws BlockException {
        Map<String, Object> all = new LinkedHashMap<>();
        for (String pair : options.split(",", -1)) {
            String[] parts = pair.split("=", 2);
            String[] path = parts[0].split("\\.", -1);
            Map<String, Object> at = all;
            for (int i = 0; i < path.length - 1; i++) {
                at = (Map<String, Object>) at.computeIfAbsent(path[i], key -> new LinkedHashMap<String, Object>());
            }
            at.put(path[path.length - 1], parts[1]);
        }
        return new NodeDefinition(all);
    }

    /** JSON. */
    @SuppressWarnings("unchecked")
    public static List<NodeDefinition> parseGraph(String json) throws BlockException {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            Object value = java.util.Objects.requireNonNull(value(parser));
            List<Object> list = value instanceof List ? (List<Object>) value : List.of(value);
            return list.stream().map(each -> new NodeDefinition((Map<String, Object>) each)).toList();
        }
    }

    private static @Nullable Object value(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> map = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                map.put(name, value(parser));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        return switch (token) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            default -> null;
        };
    }
}
