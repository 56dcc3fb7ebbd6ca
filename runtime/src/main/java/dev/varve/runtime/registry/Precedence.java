// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

/**
 * Which of several drivers of one name is found: that of the highest ranking, then of the highest version, then the one
 * that was installed first. Nothing in it depends on the order in which drivers are started.
 *
 * @param ranking what its owner gives it, 0 by default
 * @param major first part of the version
 * @param minor second part of the version
 * @param micro third part of the version
 * @param qualifier last part of the version, compared as text
 * @param installed when its owner was installed, as a number that grows
 */
public record Precedence(int ranking, int major, int minor, int micro, String qualifier, long installed)
        implements Comparable<Precedence> {
    /** Of a driver that nobody ranked. */
    public static final Precedence NONE = ofRanking(0);

    /**
     * Without a version.
     *
     * @param ranking the highest wins
     * @return a precedence
     */
    public static Precedence ofRanking(int ranking) {
        return new Precedence(ranking, 0, 0, 0, "", 0);
    }

    // Step by step: comparators made by the JDK's factories are linked at a short command's start.
    @Override
    public int compareTo(Precedence other) {
        if (ranking != other.ranking) {
            return Integer.compare(ranking, other.ranking);
        }
        if (major != other.major) {
            return Integer.compare(major, other.major);
        }
        if (minor != other.minor) {
            return Integer.compare(minor, other.minor);
        }
        if (micro != other.micro) {
            return Integer.compare(micro, other.micro);
        }
        int qualifiers = qualifier.compareTo(other.qualifier);
        return qualifiers != 0 ? qualifiers : Long.compare(other.installed, installed);
    }
}
