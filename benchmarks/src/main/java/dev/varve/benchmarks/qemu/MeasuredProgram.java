// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.samples.process.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/**
 * Runs a program and tells what it needed. A shell between this process and the program asks the system for what only
 * a parent is told, when the program has ended.
 */
final class MeasuredProgram {
    private static final String MARK = "varve-measured";
    // Wall time as the shell's clock has it, in microseconds; CPU time; the bytes of read calls of the program.
    private static final String SCRIPT = "start=$EPOCHREALTIME; TIMEFORMAT='" + MARK + " cpu %3U %3S'; time \"$@\";"
            + " status=$?; end=$EPOCHREALTIME; echo \"" + MARK + " wall ${start/[.,]/} ${end/[.,]/}\" >&2;"
            + " while read -r name value; do [ \"$name\" != rchar: ] || echo \"" + MARK + " read $value 0\" >&2;"
            + " done < /proc/$$/io; exit $status";
    private static final double MICROS = 1e6;

    private MeasuredProgram() {}

    /**
     * What a program needed.
     *
     * @param seconds from its start to its end; the limit where it was stopped
     * @param cpuSeconds on all processors; NaN where it was stopped
     * @param peakRss the most resident memory that was seen, in bytes
     * @param readBytes what its read calls returned; 0 where it was stopped
     * @param stopped whether its time was over
     * @param out what it printed
     */
    record Run(double seconds, double cpuSeconds, OptionalLong peakRss, long readBytes, boolean stopped,
            List<String> out) {}

    /** Runs a program to success, or to the end of its time. */
    static Run run(List<String> command, Duration limit) throws IOException {
        List<String> all = new ArrayList<>(List.of("bash", "-c", SCRIPT, "bash"));
        all.addAll(command);
        ChildProcess.Outcome outcome = ChildProcess.run(all, limit);
        if (outcome.stopped()) {
            return new Run(outcome.seconds(), Double.NaN, outcome.residentPeak(), 0, true, outcome.out());
        }
        if (!outcome.succeeded()) {
            throw new IOException(String.join(" ", command) + ": " + outcome.complaint());
        }
        double[] wall = values(outcome, "wall");
        double[] cpu = values(outcome, "cpu");
        return new Run((wall[1] - wall[0]) / MICROS, cpu[0] + cpu[1], outcome.residentPeak(),
                (long) values(outcome, "read")[0], false, outcome.out());
    }

    private static double[] values(ChildProcess.Outcome outcome, String what) throws IOException {
        String wanted = MARK + " " + what;
        for (String line : outcome.err()) {
            if (line.startsWith(wanted)) {
                StringTokenizer words = new StringTokenizer(line.substring(wanted.length()));
                return new double[] {Double.parseDouble(words.nextToken()), Double.parseDouble(words.nextToken())};
            }
        }
        throw new IOException("the shell did not tell '" + what + "'; bash 5 is needed, and /proc");
    }
}
