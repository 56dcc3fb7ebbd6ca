// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import dev.varve.api.block.BlockException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lists of the form {@code key=value,key=value}, with {@code ,,} for a comma inside a value. */
public final class KeyValueList {
    private final String text;
    private int position;

    private KeyValueList(String text) {
        this.text = text;
    }

    /**
     * Reads a list. A key without a value is a flag that is on, or off if it begins with {@code no}, as in QEMU.
     *
     * @param text the list
     * @return values by key in the order they were given; the last value of a key counts
     * @throws BlockException of kind INVALID_OPTION if an element or a key is empty
     */
    public static Map<String, String> parse(String text) throws BlockException {
        requireElements(text);
        KeyValueList list = new KeyValueList(text);
        Map<String, String> values = new LinkedHashMap<>();
        while (list.position < text.length()) {
            list.element(values);
        }
        return values;
    }

    /** QEMU's {@code is_valid_option_list}: no element is empty or begins with a comma, and the last one is there. */
    private static void requireElements(String text) throws BlockException {
        KeyValueList list = new KeyValueList(text);
        while (list.position < text.length()) {
            String element = list.untilComma();
            boolean more = list.position < text.length();
            list.position++;
            if (element.isEmpty() || element.charAt(0) == ',' || more && list.position == text.length()) {
                throw BlockException.invalidOption("Invalid option list: " + text);
            }
        }
    }

    private void element(Map<String, String> values) throws BlockException {
        int start = position;
        while (position < text.length() && text.charAt(position) != '=' && text.charAt(position) != ',') {
            position++;
        }
        String key = text.substring(start, position);
        if (key.isEmpty()) {
            throw BlockException.invalidOption("'" + text + "' lacks a name at '" + text.substring(start) + "'");
        }
        if (position < text.length() && text.charAt(position) == '=') {
            position++;
            values.put(key, untilComma());
        } else if (key.startsWith("no") && !key.equals("nocow")) {
            values.put(key.substring(2), "off");
        } else {
            values.put(key, "on");
        }
        position++;
    }

    /** What stands before the next comma that is not doubled. */
    private String untilComma() {
        StringBuilder element = new StringBuilder();
        while (position < text.length()) {
            char next = text.charAt(position);
            if (next == ',') {
                if (position + 1 == text.length() || text.charAt(position + 1) != ',') {
                    break;
                }
                position++;
            }
            element.append(next);
            position++;
        }
        return element.toString();
    }
}
