// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.qemu;

import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The time that {@code qemu-img bench} counts itself: that of its requests, without its start and its opening. */
public final class BenchTime {
    private static final Pattern COMPLETED = Pattern.compile("Run completed in ([0-9.]+) seconds\\.");

    private BenchTime() {}

    /**
     * Finds it in what the program printed.
     *
     * @param lines of its standard output
     * @return seconds; empty where it does not say
     */
    public static OptionalDouble seconds(List<String> lines) {
        for (String line : lines) {
            Matcher completed = COMPLETED.matcher(line);
            if (completed.find()) {
                return OptionalDouble.of(Double.parseDouble(completed.group(1)));
            }
        }
        return OptionalDouble.empty();
    }
}
