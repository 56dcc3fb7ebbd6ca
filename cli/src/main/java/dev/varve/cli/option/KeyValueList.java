// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;

/** Lists of the form {@code key=value,key=value}, with {@code ,,} for a comma inside a value. */
public final class KeyValueList {
    private KeyValueList() {
    }

    /**
     * Reads a list. A key without a value is a flag that is on, as in QEMU.
     *
     * @param text the list
     * @return values by key in the order they were given; the last value of a key counts
     * @throws UsageException if a key is empty
     */
    public static Map<String, String> parse(String text) throws UsageException {
        Map<String, String> values = new LinkedHashMap<>();
        StringBuilder item = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            boolean end = i == text.length();
            if (!end && text.charAt(i) != ',') {
                item.append(text.charAt(i));
            } else if (!end && i + 1 < text.length() && text.charAt(i + 1) == ',') {
                item.append(',');
                i++;
            } else {
                put(values, item.toString(), text);
                item.setLength(0);
            }
        }
        return values;
    }

    private static void put(Map<String, String> values, String item, String text) throws UsageException {
        if (item.isEmpty()) {
            return;
        }
        int equals = item.indexOf('=');
        if (equals == 0) {
            throw new UsageException("'" + item + "' in '" + text + "' lacks a name before '='");
        }
        values.put(equals < 0 ? item : item.substring(0, equals), equals < 0 ? "on" : item.substring(equals + 1));
    }
}
