// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.job;

import java.io.IOException;

/**
 * A long operation that runs on threads of its own while the graph goes on being used (QEMU's block jobs). Any thread
 * may call, except from within a graph change or while it holds disks drained: a job can wait for both.
 */
public interface Job {
    /** What a job does. */
    enum Kind {
        /** Copies what a disk sees of its backing chain into its active layer (QEMU's {@code block-stream}). */
        STREAM
    }

    /** Where a job is. */
    enum State {
        /** It works. */
        RUNNING,
        /** It waits for {@link Job#resume}. */
        PAUSED,
        /** It has done all of its work. */
        COMPLETED,
        /** It was cancelled before its work was done. */
        CANCELLED,
        /** It gave up; {@link Job#await} tells why. */
        FAILED;

        /**
         * Tells whether the job has ended.
         *
         * @return true for COMPLETED, CANCELLED and FAILED
         */
        public boolean isFinal() {
            return this != RUNNING && this != PAUSED;
        }
    }

    /**
     * The job's name.
     *
     * @return unique in its graph
     */
    String id();

    /**
     * What the job does.
     *
     * @return constant
     */
    Kind kind();

    /**
     * Where the job is.
     *
     * @return final states do not change any more
     */
    State state();

    /**
     * How far the job is.
     *
     * @return a snapshot
     */
    JobProgress progress();

    /**
     * Lets the job rest, and waits until none of its requests is under way. A job that has ended, or that is about to
     * complete, is not changed by it.
     */
    void pause();

    /** Ends a rest; does nothing to a job that has none. */
    void resume();

    /**
     * Ends the job before its work is done, and waits until it is quiet and has given back what it held. What it has
     * done so far stays and is valid. A job that is about to complete completes.
     */
    void cancel();

    /**
     * Limits how much is copied.
     *
     * @param bytesPerSecond on the average; 0 for no limit
     */
    void speed(long bytesPerSecond);

    /**
     * Waits until the job has ended. Interrupts are kept but not acted on.
     *
     * @return COMPLETED or CANCELLED
     * @throws IOException why the job FAILED
     */
    State await() throws IOException;
}
