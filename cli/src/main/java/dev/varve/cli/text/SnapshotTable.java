// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import dev.varve.api.block.SnapshotInfo;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/** Internal snapshots as {@code qemu-img snapshot -l} and {@code qemu-img info} list them. */
public final class SnapshotTable {
    private static final long NANOS = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;

    private SnapshotTable() {
    }

    /**
     * The table.
     *
     * @param snapshots in the order of the image
     * @return lines, each ended; nothing where there are no snapshots
     */
    public static String of(List<SnapshotInfo> snapshots) {
        if (snapshots.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(100 * (snapshots.size() + 2));
        text.append("Snapshot list:\n");
        row(text, "ID", "TAG", "VM SIZE", "DATE", "VM CLOCK", "ICOUNT");
        for (SnapshotInfo snapshot : snapshots) {
            String icount = snapshot.icount().isPresent() ? Long.toString(snapshot.icount().getAsLong()) : "";
            row(text, snapshot.id(), snapshot.name(), SizeText.rounded(snapshot.vmStateSize()), date(snapshot),
                    clock(snapshot.vmClockNanos()), icount);
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String id, String name, String size, String date, String clock,
            String icount) {
        left(text, id, 9);
        text.append(' ');
        left(text, name, 16);
        text.append(' ');
        right(text, size, 8);
        right(text, date, 20);
        right(text, clock, 13);
        right(text, icount, 11);
        text.append('\n');
    }

    private static void left(StringBuilder text, String word, int width) {
        text.append(word).repeat(' ', Math.max(0, width - word.length()));
    }

    private static void right(StringBuilder text, String word, int width) {
        text.repeat(' ', Math.max(0, width - word.length())).append(word);
    }

    private static String date(SnapshotInfo snapshot) {
        ZonedDateTime at = snapshot.date().atZone(ZoneId.systemDefault());
        return at.getYear() + "-" + two(at.getMonthValue()) + "-" + two(at.getDayOfMonth()) + " " + two(at.getHour())
                + ":" + two(at.getMinute()) + ":" + two(at.getSecond());
    }

    private static String clock(long nanos) {
        long seconds = nanos / NANOS;
        return two(seconds / HOUR) + ":" + two(seconds / MINUTE % MINUTE) + ":" + two(seconds % MINUTE) + "."
                + Decimal.padded(Long.toString(nanos % NANOS / MILLI), 3);
    }

    private static String two(long number) {
        return Decimal.padded(Long.toString(number), 2);
    }
}
