// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program to its end, or to the end of the time it is given. */
public final class ChildProcess {
    private static final int POLL_MILLIS = 20;

    private ChildProcess() {}

    /**
     * How a program ended.
     *
     * @param status its exit status
     * @param stopped whether it was stopped because its time was over
     * @param seconds from its start to its end
     * @param residentPeak the most resident memory that was seen, in bytes; of a program that starts others, of the
     *        largest of them
     * @param out what it printed
     * @param err what it printed on standard error
     */
    public record Outcome(int status, boolean stopped, double seconds, OptionalLong residentPeak, List<String> out,
            List<String> err) {
        /** Copies the lists. */
        public Outcome {
            out = List.copyOf(out);
            err = List.copyOf(err);
        }

        /**
         * Tells whether it did what it was asked for.
         *
         * @return true for exit status 0 in time
         */
        public boolean succeeded() {
            return status == 0 && !stopped;
        }

        /**
         * The first line of what it complained of.
         *
         * @return its exit status where it printed nothing
         */
        public String complaint() {
            return err.isEmpty() ? "exit status " + status : err.getFirst();
        }
    }

    /**
     * Runs a program.
     *
     * @param command the program and its arguments
     * @param limit when it is stopped, with the programs that it started
     * @return how it ended
     * @throws IOException if it cannot be started
     */
    public static Outcome run(List<String> command, Duration limit) throws IOException {
        // Files, not pipes: a full pipe would stop the child while it is measured.
        Path out = Files.createTempFile("varve-child", ".out");
        Path err = Files.createTempFile("varve-child", ".err");
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
                List<ProcessHandle> started = process.descendants().toList();
                process.destroyForcibly();
                started.forEach(ProcessHandle::destroyForcibly);
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
            long before = peak.orElse(0);
            OptionalLong seen = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .flatMapToLong(one -> ProcessMemory.residentPeak(one.pid()).stream()).max();
            if (seen.isPresent()) {
                peak = OptionalLong.of(Math.max(before, seen.getAsLong()));
            }
            ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } while (!ended && System.nanoTime() - deadline < 0);
        return peak;
    }
}
