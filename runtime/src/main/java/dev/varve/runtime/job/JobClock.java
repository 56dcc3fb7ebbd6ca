// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import java.util.concurrent.locks.Condition;

/** The time that jobs go by. Any thread may call. */
interface JobClock {
    /** The time that passes. */
    JobClock SYSTEM = new JobClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void await(Condition condition, long nanos) throws InterruptedException {
            long unused = condition.awaitNanos(nanos);
        }
    };

    /** Nanoseconds since any moment; may overflow. */
    long nanos();

    /** Waits for a signal or until so much time has passed; the caller holds the condition's lock. */
    void await(Condition condition, long nanos) throws InterruptedException;
}
