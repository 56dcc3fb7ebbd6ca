// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.regex.Pattern;

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

    private static final Pattern WELL_FORMED = Pattern.compile("#?[A-Za-z][A-Za-z0-9._-]*");

    /** Checks the form of the name. */
    public NodeName {
        if (value.length() > MAX_LENGTH || !WELL_FORMED.matcher(value).matches()) {
            throw new IllegalArgumentException("invalid node-name '" + value + "': a letter, then letters, digits, "
                    + "'.', '_' or '-', at most " + MAX_LENGTH + " characters");
        }
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

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
