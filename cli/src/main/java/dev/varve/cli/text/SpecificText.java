// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A format's own facts as {@code qemu-img info} and {@code qemu-io info} print them. */
public final class SpecificText {
    private static final String INDENT = "    ";

    private SpecificText() {
    }

    /**
     * The facts in lines, four spaces a level, in QEMU's order.
     *
     * @param facts values are String, Number, Boolean, List or Map of the same
     * @return lines, each ended; nothing where there are no facts
     */
    public static String of(Map<String, Object> facts) {
        if (facts.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("Format specific information:\n");
        members(text, facts, 1);
        return text.toString();
    }

    private static void members(StringBuilder text, Map<?, ?> facts, int level) {
        List<String> keys = facts.keySet().stream().map(String::valueOf).toList();
        for (String key : QemuKeyOrder.of(keys)) {
            text.append(INDENT.repeat(level)).append(key.replace('-', ' ')).append(':');
            value(text, facts.get(key), level);
        }
    }

    private static void elements(StringBuilder text, List<?> list, int level) {
        for (int i = 0; i < list.size(); i++) {
            text.append(INDENT.repeat(level)).append('[').append(i).append("]:");
            value(text, list.get(i), level);
        }
    }

    private static void value(StringBuilder text, @Nullable Object value, int level) {
        if (value instanceof Map<?, ?> map) {
            text.append('\n');
            members(text, map, level + 1);
        } else if (value instanceof List<?> list) {
            text.append('\n');
            elements(text, list, level + 1);
        } else {
            text.append(' ').append(value).append('\n');
        }
    }
}
