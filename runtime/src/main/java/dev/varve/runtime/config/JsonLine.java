// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.spi.QDictOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Definitions as JSON in one line, as QEMU writes them ({@code qobject_to_json}): ASCII, in the order of a QDict. */
public final class JsonLine {
    private JsonLine() {
    }

    /**
     * One object.
     *
     * @param options String, Long, Boolean, Map and List values
     * @return such as <code>{"driver": "raw"}</code>
     */
    public static String of(Map<?, ?> options) {
        StringBuilder text = new StringBuilder(128);
        object(text, options);
        return text.toString();
    }

    private static void object(StringBuilder text, Map<?, ?> options) {
        List<String> keys = options.keySet().stream().map(String::valueOf).toList();
        String separator = "{";
        for (String key : QDictOrder.of(keys)) {
            text.append(separator);
            string(text, key);
            text.append(": ");
            value(text, options.get(key));
            separator = ", ";
        }
        text.append(options.isEmpty() ? "{}" : "}");
    }

    private static void value(StringBuilder text, @Nullable Object value) {
        if (value instanceof Map<?, ?> nested) {
            object(text, nested);
        } else if (value instanceof List<?> list) {
            String separator = "[";
            for (Object element : list) {
                text.append(separator);
                value(text, element);
                separator = ", ";
            }
            text.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof Long || value instanceof Boolean || value == null) {
            text.append(value);
        } else {
            string(text, value.toString());
        }
    }

    private static void string(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7F) {
                text.append(c);
            } else {
                String hex = Integer.toHexString(c | 1 << 16).substring(1);
                text.append("\\u").append(hex.toUpperCase(java.util.Locale.ROOT));
            }
        }
        text.append('"');
    }
}
