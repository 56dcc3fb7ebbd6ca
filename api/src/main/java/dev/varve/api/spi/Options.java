// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checked option values, defaults filled in. Made by {@link OptionSchema#read}; asking for an option that the schema
 * does not declare is the driver's mistake and unchecked.
 */
public final class Options {
    private final OptionSchema schema;
    private final Map<String, Object> values;

    Options(OptionSchema schema, Map<String, Object> values) {
        this.schema = schema;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Tells whether the option was given or has a default.
     *
     * @param name a declared option
     * @return false where it has no value
     */
    public boolean has(String name) {
        schema.spec(name);
        return values.containsKey(name);
    }

    /**
     * A text or a choice.
     *
     * @param name a declared option that has a value
     * @return its value
     */
    public String text(String name) {
        return (String) value(name);
    }

    /**
     * A text or a choice that may be left out.
     *
     * @param name a declared option
     * @return its value; empty where it has none
     */
    public Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /**
     * A flag.
     *
     * @param name a declared option that has a value
     * @return its value
     */
    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    /**
     * A number; bytes for sizes.
     *
     * @param name a declared option that has a value
     * @return its value
     */
    public long number(String name) {
        return (Long) value(name);
    }

    /**
     * An object or a list, as JSON or text gave it.
     *
     * @param name a declared option of type NESTED that has a value
     * @return Map or List; nobody has looked at what is inside
     */
    public Object nested(String name) {
        return value(name);
    }

    /**
     * All values, in the schema's order.
     *
     * @return unmodifiable; children are Map, String or null
     */
    public Map<String, Object> values() {
        return values;
    }

    private Object value(String name) {
        schema.spec(name);
        if (!values.containsKey(name)) {
            throw new IllegalArgumentException("option '" + name + "' has no value");
        }
        return values.get(name);
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
