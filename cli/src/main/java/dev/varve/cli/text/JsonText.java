// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** JSON as QEMU's tools print it: four spaces a level, members in {@link QemuKeyOrder}, ASCII only. */
public final class JsonText {
    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder(512);
    private final boolean qemuOrder;

    private JsonText(boolean qemuOrder) {
        this.qemuOrder = qemuOrder;
    }

    /**
     * A value with the members of objects in QEMU's order.
     *
     * @param value String, Number, Boolean, List or Map of the same; nested as deep as an info is
     * @return text without a line end
     */
    public static String qemu(Object value) {
        return new JsonText(true).written(value);
    }

    /**
     * A value with the members of objects in the maps' order.
     *
     * @param value String, Number, Boolean, List or Map of the same
     * @return text without a line end
     */
    public static String of(Object value) {
        return new JsonText(false).written(value);
    }

    /**
     * A text in quotes.
     *
     * @param value any text
     * @return ASCII
     */
    public static String quoted(String value) {
        JsonText json = new JsonText(false);
        json.string(value);
        return json.text.toString();
    }

    private String written(Object value) {
        write(value, 0);
        return text.toString();
    }

    private void write(Object value, int level) {
        if (value instanceof Map<?, ?> map) {
            object(map, level);
        } else if (value instanceof List<?> list) {
            array(list, level);
        } else if (value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            string(value.toString());
        }
    }

    private void object(Map<?, ?> map, int level) {
        List<String> keys = map.keySet().stream().map(String::valueOf).toList();
        text.append('{');
        String separator = "\n";
        for (String key : qemuOrder ? QemuKeyOrder.of(keys) : keys) {
            text.append(separator).append(INDENT.repeat(level + 1));
            string(key);
            text.append(": ");
            Object value = map.get(key);
            write(value == null ? "" : value, level + 1);
            separator = ",\n";
        }
        close('}', map.isEmpty(), level);
    }

    private void array(List<?> list, int level) {
        text.append('[');
        for (Iterator<?> each = list.iterator(); each.hasNext();) {
            text.append('\n').append(INDENT.repeat(level + 1));
            write(each.next(), level + 1);
            text.append(each.hasNext() ? "," : "");
        }
        close(']', list.isEmpty(), level);
    }

    private void close(char bracket, boolean empty, int level) {
        if (!empty) {
            text.append('\n').append(INDENT.repeat(level));
        }
        text.append(bracket);
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            character(value.charAt(i));
        }
        text.append('"');
    }

    private void character(char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\b' -> text.append("\\b");
            case '\f' -> text.append("\\f");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default -> {
                if (c >= ' ' && c < 0x7F) {
                    text.append(c);
                } else {
                    text.append("\\u").append(Decimal.padded(Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT),
                            4));
                }
            }
        }
    }
}
