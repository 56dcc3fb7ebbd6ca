// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.job.JobProgress;
import dev.varve.cli.text.Decimal;
import java.io.PrintStream;
import java.time.Duration;

/** The progress line of a job, written over itself, with the time it may still take. */
final class JobLine {
    /** How often it is worth to be written. */
    static final long MILLIS = 100;

    private final PrintStream out;
    private int width;

    JobLine(PrintStream out) {
        this.out = out;
    }

    void show(JobProgress progress) {
        float percent = progress.total() == 0 ? 100 : 100f * progress.done() / progress.total();
        String left = progress.left().map(JobLine::left).orElse("");
        String text = "    (" + Decimal.fixed(percent, 2) + "/100%)" + left;
        out.print(text + " ".repeat(Math.max(0, width - text.length())) + "\r");
        out.flush();
        width = text.length();
    }

    private static String left(Duration left) {
        long seconds = left.toSeconds();
        return seconds == 0 ? "" : ", about " + seconds / 60 + ":" + (seconds % 60 < 10 ? "0" : "") + seconds % 60
                + " left";
    }

    void end() {
        out.print('\n');
        out.flush();
    }
}
