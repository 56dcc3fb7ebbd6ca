// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.job.Job;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Watches over a job: where the process is told to end, by a keyboard interrupt for one, the job is cancelled and the
 * end waits until the command has closed its disks. To be closed after them.
 */
public final class RunningJob implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::cancel, "varve-cancel");
    private @Nullable Job job;
    private boolean ending;

    /** Watches over no job yet. */
    public RunningJob() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Watches over a job; cancels it at once where the process is ending already.
     *
     * @param started a job that was just started
     * @return the job
     */
    public Job follow(Job started) {
        boolean late;
        synchronized (this) {
            job = started;
            late = ending;
        }
        if (late) {
            started.cancel();
        }
        return started;
    }

    private void cancel() {
        Job running;
        synchronized (this) {
            ending = true;
            running = job;
        }
        if (running != null) {
            running.cancel();
        }
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and has just been let go on.
            return;
        }
    }
}
