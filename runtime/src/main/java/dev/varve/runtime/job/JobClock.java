// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

/** The time that jobs go by. Any thread may call. */
@FunctionalInterface
interface JobClock {
    /** The time that passes. */
    JobClock SYSTEM = System::nanoTime;

    /** Nanoseconds since any moment; may overflow. */
    long nanos();

    /**
     * Told before somebody waits for a moment. Time that does not pass by itself can move on here.
     *
     * @param nanos how far away it is
     */
    default void willWait(long nanos) {
        // Time passes by itself.
    }
}
