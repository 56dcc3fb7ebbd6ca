// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import java.io.PrintStream;

/** The progress line of long commands: {@code (12.34/100%)}, written over itself. Thread-safe. */
public final class Progress {
    private static final float STEP = 1.0f;

    private final PrintStream out;
    private final boolean shown;
    private final long total;
    private long done;
    private float printed = -STEP;

    /**
     * A progress line.
     *
     * @param out where to write it
     * @param shown false to write nothing
     * @param total the work in bytes
     */
    public Progress(PrintStream out, boolean shown, long total) {
        this.out = out;
        this.shown = shown;
        this.total = total;
    }

    /**
     * Tells of work that was done.
     *
     * @param bytes how much
     */
    public synchronized void add(long bytes) {
        done += bytes;
        if (shown) {
            float percent = total == 0 ? 100 : Math.min(100f, 100f * done / total);
            if (percent >= printed + STEP || percent == 100) {
                print(percent);
            }
        }
    }

    /**
     * Tells how far the work is.
     *
     * @param bytes of the total
     */
    public synchronized void reach(long bytes) {
        add(bytes - done);
    }

    /** Ends the line. */
    public synchronized void end() {
        if (shown) {
            print(100);
            out.print('\n');
            out.flush();
        }
    }

    private void print(float percent) {
        printed = percent;
        out.print("    (" + Decimal.fixed(percent, 2) + "/100%)\r");
        out.flush();
    }
}
