// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, or to the end of the time it is given. */
final class ChildProcess {
    private static final int POLL_MILLIS = 20;

    private ChildProcess() {}

    /**
     * How a program ended.
     *
     * @param status its exit status
     * @param stopped whether it was stopped because its time was over
     * @param seconds from its start to its end
     * @param residentPeak the most resident memory that was seen, in bytes
     * @param out what it printed
     * @param err what it printed on standard error
     */
    record Outcome(int status, boolean stopped, double seconds, OptionalLong residentPeak, List<String> out,
            List<String> err) {
        boolean succeeded() {
            return status == 0 && !stopped;
        }

        /** The first line of what it complained of. */
        String complaint() {
            return err.isEmpty() ? "exit status " + status : err.getFirst();
        }
    }

    static Outcome run(List<String> command, Duration limit) throws IOException {
        // Files, not pipes: a full pipe would stop the child while it is measured.
        Path out = Files.createTempFile("varve-demo", ".out");
        Path err = Files.createTempFile("varve-demo", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("LC_ALL", "C");
            builder.redirectOutput(out.toFile()).redirectError(err.toFile());
            long start = System.nanoTime();
            Process process = builder.start();
            process.getOutputStream().close();
            OptionalLong peak = await(process, start + limit.toNanos());
            boolean stopped = process.isAlive();
            if (stopped) {
                process.destroyForcibly();
            }
            int status = process.waitFor();
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Outcome(status, stopped, seconds, peak, Files.readAllLines(out), Files.readAllLines(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + command.getFirst() + " was running");
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Waits for the end or the deadline; /proc forgets a process when it ends, so its peak is asked for all along. */
    private static OptionalLong await(Process process, long deadline) throws InterruptedException {
        OptionalLong peak = OptionalLong.empty();
        boolean ended;
        do {
            OptionalLong seen = ProcessMemory.residentPeak(process.pid());
            if (seen.isPresent()) {
                peak = seen;
            }
            ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } while (!ended && System.nanoTime() - deadline < 0);
        return peak;
    }
}
