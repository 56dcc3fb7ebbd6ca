// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A figure that was taken.
 *
 * @param value seconds, bytes or a number
 * @param atLeast whether the program was stopped, and would have needed more
 */
public record Reading(double value, boolean atLeast) {
    /**
     * A figure that is known.
     *
     * @param value seconds, bytes or a number
     * @return the figure
     */
    public static Reading exactly(double value) {
        return new Reading(value, false);
    }

    /**
     * A figure of a program that was stopped.
     *
     * @param value what it had needed until then
     * @return the figure
     */
    public static Reading atLeast(double value) {
        return new Reading(value, true);
    }

    static Optional<Reading> of(OptionalDouble value) {
        return value.isPresent() ? Optional.of(exactly(value.getAsDouble())) : Optional.empty();
    }

    static Optional<Reading> of(OptionalLong value) {
        return value.isPresent() ? Optional.of(exactly((double) value.getAsLong())) : Optional.empty();
    }
}
