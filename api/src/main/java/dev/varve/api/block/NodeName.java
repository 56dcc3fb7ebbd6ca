// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/**
 * The name of a node, unique in its graph: a letter, then letters, digits, {@code .}, {@code _} or {@code -}, at most
 * {@value #MAX_LENGTH} characters (QEMU's {@code id_wellformed}). Generated names begin with {@code #}, which no
 * configuration can write.
 *
 * @param value the name
 */
public record NodeName(String value) implements Comparable<NodeName> {
    /** The longest name, QEMU's limit for {@code node-name}. */
    public static final int MAX_LENGTH = 31;

    /** Checks the form of the name. */
    public NodeName {
        if (value.length() > MAX_LENGTH || !isWellFormed(value)) {
            throw new IllegalArgumentException("invalid node-name '" + value + "': a letter, then letters, digits, "
                    + "'.', '_' or '-', at most " + MAX_LENGTH + " characters");
        }
    }

    private static boolean isWellFormed(String value) {
        int first = value.startsWith("#") ? 1 : 0;
        if (first == value.length() || !isLetter(value.charAt(first))) {
            return false;
        }
        for (int i = first + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /**
     * The name of the {@code number}th node that was given none.
     *
     * @param number the node's number in its graph
     * @return a name that no configuration can write
     */
    public static NodeName generated(long number) {
        return new NodeName("#block" + number);
    }

    /**
     * Tells whether the name was generated.
     *
     * @return true for a name that no configuration wrote
     */
    public boolean isGenerated() {
        return value.charAt(0) == '#';
    }

    // Written out: a command looks names up as it starts, and what the compiler makes of a record is linked then.
    @Override
    public boolean equals(Object other) {
        return other instanceof NodeName that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
