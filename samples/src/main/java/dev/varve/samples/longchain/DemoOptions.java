// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the demo was asked for.
 *
 * @param plan the long chain
 * @param out where the page goes
 * @param qemu whether QEMU is measured, where it is there
 * @param qemuLimit how long one run of a QEMU tool may take
 * @param keep where the chains stay; empty for a temporary folder
 * @param help whether only the help is wanted
 */
record DemoOptions(ChainPlan plan, Path out, boolean qemu, Duration qemuLimit, Optional<Path> keep, boolean help) {
    static final String HELP = """
            Usage: varve demo [-- OPTION...]
            Makes the same disk as one qcow2 file and as a chain of many, reads both twice with Varve and with
            QEMU's tools where they are on the path, and writes a page with the figures.

              --layers N        layers of the long chain (default 300)
              --size BYTES      size of the disk, a multiple of 64K; K, M and G may follow (default 256M)
              --shape SHAPE     which layer holds what: see docs/samples.md (default mixed)
              --out FILE        the page (default varve-demo.html)
              --no-qemu         leave QEMU out
              --qemu-limit S    stop a run of QEMU after so many seconds (default 60)
              --keep DIR        write the chains to this folder and keep them
              --help            show this help
            """;

    private static final int LAYERS = 300;
    private static final long SIZE = 256L << 20;
    private static final String UNITS = "KMGT";

    /** Reads the arguments; what is wrong with them is an {@link IllegalArgumentException}. */
    static DemoOptions parse(List<String> args) {
        int layers = LAYERS;
        long size = SIZE;
        ChainShape shape = ChainShape.MIXED;
        Path out = Path.of("varve-demo.html");
        boolean qemu = true;
        boolean help = false;
        Duration limit = Duration.ofSeconds(60);
        Optional<Path> keep = Optional.empty();
        Iterator<String> words = args.stream().flatMap(DemoOptions::split).iterator();
        while (words.hasNext()) {
            String word = words.next();
            switch (word) {
                case "--layers" -> layers = Math.toIntExact(number(word, value(words, word), ChainPlan.MOST_LAYERS));
                case "--size" -> size = bytes(value(words, word));
                case "--shape" -> shape = shape(value(words, word));
                case "--out" -> out = Path.of(value(words, word));
                case "--qemu-limit" -> limit = Duration.ofSeconds(number(word, value(words, word), 86_400));
                case "--keep" -> keep = Optional.of(Path.of(value(words, word)));
                case "--no-qemu" -> qemu = false;
                case "--help", "-h" -> help = true;
                default -> throw new IllegalArgumentException("unknown option '" + word + "'; see --help");
            }
        }
        return new DemoOptions(new ChainPlan(layers, size, shape), out, qemu, limit, keep, help);
    }

    // --layers=5 is --layers 5.
    private static Stream<String> split(String word) {
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        return equals < 0 ? Stream.of(word)
                : Stream.of(word.substring(0, equals), word.substring(equals + 1));
    }

    private static String value(Iterator<String> words, String option) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }

    private static long number(String option, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below with the range.
        }
        throw new IllegalArgumentException(option + ": '" + text + "', allowed are 1 to " + most);
    }

    private static long bytes(String text) {
        int unit = text.isEmpty() ? -1 : UNITS.indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
        String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
        int shift = 10 * (unit + 1);
        return number("--size", digits, ChainPlan.MOST_BYTES >> shift) << shift;
    }

    private static ChainShape shape(String text) {
        String names = Arrays.stream(ChainShape.values()).map(ChainShape::text).collect(Collectors.joining(", "));
        return Arrays.stream(ChainShape.values())
                .filter(shape -> shape.text().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--shape: '" + text + "', allowed are " + names));
    }
}
