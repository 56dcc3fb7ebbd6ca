// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

/** The time that limits are measured in. */
interface ThrottleClock {
    /** That of the machine. */
    ThrottleClock SYSTEM = System::nanoTime;

    /** Nanoseconds from some moment on. */
    long nanos();

    /** Lets time pass; false where it passes on its own and is to be waited for. */
    default boolean advance(long nanos) {
        return false;
    }
}
