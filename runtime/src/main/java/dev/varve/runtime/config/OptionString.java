// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import java.util.Map;

/**
 * Reads {@code key=value,key=value} with {@code ,,} for a comma in a value (QEMU's {@code qemu_opts_parse}). Of a key
 * that is given several times the last value counts, as in QEMU. QEMU's deprecated short forms without a value are
 * refused.
 */
final class OptionString {
    private final String text;
    private int position;

    private OptionString(String text) {
        this.text = text;
    }

    static Map<String, Object> read(String text) throws BlockException {
        OptionTree tree = new OptionTree();
        OptionString string = new OptionString(text);
        while (string.position < text.length()) {
            String key = string.key();
            tree.root().set(key, string.value());
        }
        return tree.freeze();
    }

    private String key() throws BlockException {
        int equals = text.indexOf('=', position);
        int comma = text.indexOf(',', position);
        int end = comma < 0 ? text.length() : comma;
        if (equals < 0 || equals > end) {
            String word = text.substring(position, end);
            throw BlockException.invalidOption("'" + word + "' at position " + position
                    + " of the options is not key=value"
                    + (word.isEmpty() ? "" : "; a flag is written " + word + "=on"));
        }
        String key = text.substring(position, equals);
        if (key.isEmpty()) {
            throw BlockException.invalidOption("'=' at position " + position + " of the options has no key");
        }
        position = equals + 1;
        return key;
    }

    private String value() {
        StringBuilder value = new StringBuilder();
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == ',') {
                if (position == text.length() || text.charAt(position) != ',') {
                    break;
                }
                position++;
            }
            value.append(c);
        }
        return value.toString();
    }
}
