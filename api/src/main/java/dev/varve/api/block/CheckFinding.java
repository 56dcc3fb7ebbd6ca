// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/**
 * One thing a check found.
 *
 * @param kind how bad it is
 * @param text what is wrong, with the values, in the words of {@code qemu-img check} where it has words for it
 */
public record CheckFinding(Kind kind, String text) {
    /** How bad a finding is. */
    public enum Kind {
        /** Data may be lost or become lost by further writes. */
        CORRUPTION,
        /** Storage that nothing refers to: waste, no harm. */
        LEAK,
        /** A part of the image that could not be checked. */
        CHECK_ERROR
    }
}
