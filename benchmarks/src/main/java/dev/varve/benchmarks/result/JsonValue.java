// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A value of a JSON document.
 *
 * @param value Map, List, String, Double, Boolean or null
 */
public record JsonValue(@Nullable Object value) {
    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    /**
     * Reads a document.
     *
     * @param json the text
     * @return its value
     * @throws IOException if it is no JSON
     */
    public static JsonValue parse(String json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            return new JsonValue(read(parser));
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static @Nullable Object read(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, new JsonValue(read(parser)));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<JsonValue> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(new JsonValue(read(parser)));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL, END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> null;
        };
    }

    private JsonValue member(String name) {
        return value instanceof Map<?, ?> map && map.get(name) instanceof JsonValue found ? found : new JsonValue(null);
    }

    /**
     * Tells whether an object has a member.
     *
     * @param name the member
     * @return false also for what is no object
     */
    public boolean has(String name) {
        return value instanceof Map<?, ?> map && map.containsKey(name);
    }

    /**
     * This as text.
     *
     * @return empty where it is no string
     */
    public String text() {
        return value instanceof String text ? text : "";
    }

    /**
     * A member as text.
     *
     * @param name the member
     * @return empty where it is no string
     */
    public String text(String name) {
        return member(name).text();
    }

    /**
     * This as a number.
     *
     * @return NaN where it is none
     */
    public double number() {
        return value instanceof Double number ? number : Double.NaN;
    }

    /**
     * A member as a number.
     *
     * @param name the member
     * @return NaN where it is none
     */
    public double number(String name) {
        return member(name).number();
    }

    /**
     * A member as a flag.
     *
     * @param name the member
     * @return false where it is none
     */
    public boolean flag(String name) {
        return member(name).value instanceof Boolean flag && flag;
    }

    /**
     * The elements of a member.
     *
     * @param name the member
     * @return none where it is no array
     */
    public List<JsonValue> list(String name) {
        List<JsonValue> elements = new ArrayList<>();
        if (member(name).value instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof JsonValue found) {
                    elements.add(found);
                }
            }
        }
        return elements;
    }

    /**
     * A member.
     *
     * @param name the member
     * @return without a value where there is none
     */
    public JsonValue at(String name) {
        return member(name);
    }
}
