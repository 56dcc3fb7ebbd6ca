// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/**
 * How sure a driver is that an image is its own. The highest score opens it.
 *
 * @param value 0 (not at all) to 100 (a magic number that nothing else has)
 */
public record ProbeScore(int value) implements Comparable<ProbeScore> {
    /** Not this format. */
    public static final ProbeScore NONE = new ProbeScore(0);
    /** Would take anything: raw. */
    public static final ProbeScore FALLBACK = new ProbeScore(1);
    /** A magic number. */
    public static final ProbeScore CERTAIN = new ProbeScore(100);

    /** Checks the range. */
    public ProbeScore {
        if (value < 0 || value > 100) {
            throw new IllegalArgumentException("probe score " + value + " is not within 0 to 100");
        }
    }

    @Override
    public int compareTo(ProbeScore other) {
        return Integer.compare(value, other.value);
    }
}
