// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import java.util.List;

/** What values an option takes, and how they are read from JSON values and from text. */
public sealed interface OptionType {
    /** Any text. */
    OptionType TEXT = new Text();
    /** {@code on} or {@code off}, {@code true} or {@code false}. */
    OptionType FLAG = new Flag();
    /** A whole number from 0. */
    OptionType COUNT = new Number(0, Long.MAX_VALUE, false);
    /** A number of bytes, with a binary suffix {@code k M G T P E} if wished. */
    OptionType SIZE = new Number(0, Long.MAX_VALUE, true);
    /** A child: a nested definition or the name of a node. */
    OptionType CHILD = new Child(false);
    /** A child, or {@code null} for none. */
    OptionType CHILD_OR_NULL = new Child(true);
    /** A list of children. */
    OptionType CHILDREN = new Children();
    /** An object or a list of values that the driver takes apart itself. */
    OptionType NESTED = new Nested();

    /**
     * A value of this type.
     *
     * @param raw String, Long, Boolean, or for children Map or null, as JSON or text gave it
     * @return String for texts and choices, Boolean for flags, Long for numbers, {@code raw} for children
     * @throws BlockException of kind INVALID_OPTION that says what is allowed, without naming the option
     */
    Object read(Object raw) throws BlockException;

    /**
     * The type in words.
     *
     * @return for help and messages
     */
    String describe();

    /** Any text. A number that JSON gives is its digits, as QEMU's {@code json:} names allow. */
    record Text() implements OptionType {
        @Override
        public Object read(Object raw) throws BlockException {
            if (raw instanceof String || raw instanceof Long) {
                return raw.toString();
            }
            throw mismatch(this, raw);
        }

        @Override
        public String describe() {
            return "string";
        }
    }

    /** A truth value. */
    record Flag() implements OptionType {
        @Override
        public Object read(Object raw) throws BlockException {
            if (raw instanceof Boolean flag) {
                return flag;
            }
            if (raw instanceof String text) {
                switch (text) {
                    case "on", "true", "yes", "y" -> {
                        return Boolean.TRUE;
                    }
                    case "off", "false", "no", "n" -> {
                        return Boolean.FALSE;
                    }
                    default -> throw mismatch(this, raw);
                }
            }
            throw mismatch(this, raw);
        }

        @Override
        public String describe() {
            return "boolean (on/off)";
        }
    }

    /**
     * A whole number.
     *
     * @param min the smallest value
     * @param max the largest value
     * @param size whether it is a number of bytes that takes a suffix
     */
    record Number(long min, long max, boolean size) implements OptionType {
        @Override
        public Object read(Object raw) throws BlockException {
            long value;
            if (raw instanceof Long number) {
                value = number;
            } else if (raw instanceof String text) {
                value = size ? ByteSize.parse(text) : parseCount(text);
            } else {
                throw mismatch(this, raw);
            }
            if (value < min || value > max) {
                throw BlockException.invalidOption("value " + value + " is out of range, allowed is " + range());
            }
            return value;
        }

        private long parseCount(String text) throws BlockException {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw mismatch(this, text);
            }
        }

        private String range() {
            return max == Long.MAX_VALUE ? "at least " + min : min + " to " + max;
        }

        @Override
        public String describe() {
            return size ? "size (bytes, with suffix k, M, G, T, P or E)" : "number";
        }
    }

    /**
     * One of several words.
     *
     * @param values the words
     */
    record Choice(List<String> values) implements OptionType {
        /** Copies the list. */
        public Choice {
            values = List.copyOf(values);
        }

        @Override
        public Object read(Object raw) throws BlockException {
            if (raw instanceof String text && values.contains(text)) {
                return text;
            }
            throw mismatch(this, raw);
        }

        @Override
        public String describe() {
            return "one of " + String.join(", ", values);
        }
    }

    /**
     * A child node.
     *
     * @param nullable whether {@code null} stands for none
     */
    record Child(boolean nullable) implements OptionType {
        @Override
        public Object read(Object raw) throws BlockException {
            if (raw instanceof String || raw instanceof java.util.Map || nullable && raw == null) {
                return raw;
            }
            throw mismatch(this, raw);
        }

        @Override
        public String describe() {
            return nullable ? "node definition, node-name or null" : "node definition or node-name";
        }
    }

    /**
     * Child nodes in an order. The edges are named {@code option.0}, {@code option.1} and so on; see
     * {@link OpenContext#childNames}.
     */
    record Children() implements OptionType {
        @Override
        public Object read(Object raw) throws BlockException {
            if (raw instanceof List<?> list) {
                for (Object element : list) {
                    CHILD.read(element);
                }
                return raw;
            }
            throw mismatch(this, raw);
        }

        @Override
        public String describe() {
            return "list of node definitions and node-names";
        }
    }

    /** An object or a list, of values, objects and lists. */
    record Nested() implements OptionType {
        @Override
        public Object read(Object raw) throws BlockException {
            if (raw instanceof java.util.Map || raw instanceof List) {
                return raw;
            }
            throw mismatch(this, raw);
        }

        @Override
        public String describe() {
            return "object or list";
        }
    }

    /**
     * Tells whether values are children, which a driver attaches and does not find among its options.
     *
     * @return true for {@link Child} and {@link Children}
     */
    default boolean namesChildren() {
        return this instanceof Child || this instanceof Children;
    }

    private static BlockException mismatch(OptionType type, Object raw) {
        String shown = raw instanceof String ? "'" + raw + "'" : String.valueOf(raw);
        return BlockException.invalidOption("value " + shown + " does not fit, allowed is: " + type.describe());
    }
}
