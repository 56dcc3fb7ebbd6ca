// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

/** Durations as qemu-io writes them (QEMU's {@code timestr}). */
public final class TimeText {
    private static final long NANOS = 1_000_000_000L;
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;

    private TimeText() {
    }

    /**
     * A duration.
     *
     * @param nanos nanoseconds, at least 0
     * @param fixed whether hours and minutes are always written
     * @return {@code 00.25 sec}, or {@code 0:00:01.25} from one second on
     */
    public static String of(long nanos, boolean fixed) {
        long seconds = nanos / NANOS;
        double fraction = (double) (nanos % NANOS) / NANOS;
        if (!fixed && seconds == 0) {
            return Decimal.fixed(fraction, 2, 5) + " sec";
        }
        return seconds / HOUR + ":" + Decimal.padded(Long.toString(seconds / MINUTE % MINUTE), 2) + ":"
                + Decimal.fixed(seconds % MINUTE + fraction, 2, 5);
    }
}
