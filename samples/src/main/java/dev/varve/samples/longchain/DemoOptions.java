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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the demo was asked for.
 *
 * @param plans the chains in ascending number of layers
 * @param out where the page goes
 * @param collapseOff whether Varve is also measured without the index of the chain
 * @param qemu what QEMU is measured with; empty where it is left out
 * @param keep where the chains stay; empty for a temporary folder
 * @param help whether only the help is wanted
 */
record DemoOptions(List<ChainPlan> plans, Path out, boolean collapseOff, Optional<Qemu> qemu, Optional<Path> keep,
        boolean help) {
    static final String HELP = """
            Usage: varve demo [OPTION...]
            Makes the same disk as one qcow2 file and as chains of more and more, opens, reads and streams each with
            Varve and with QEMU's tools where they are on the path, and writes a page with the curves.

              --layers N,N,...  layers of the chains (default 1,30,100,300,1000)
              --size BYTES      size of the disk, a multiple of 64K; K, M, G and T may follow (default 256M)
              --shape SHAPE     which layer holds what: see docs/samples.md (default mixed)
              --quick           small: --layers 1,10,100 --size 16M
              --no-collapse     measure Varve with chain-collapse=off too, as a third curve
              --no-qemu         leave QEMU out
              --qemu-layers N   measure QEMU on chains of at most so many layers (default 300)
              --qemu-limit S    give up a run of QEMU after so many seconds (default 20)
              --out FILE        the page (default varve-demo.html)
              --keep DIR        write the chains to this folder and keep them
              --help            show this help
            """;

    private static final String UNITS = "KMGT";
    private static final String QUICK = "--quick";

    /** Checks and copies the list. */
    DemoOptions {
        plans = List.copyOf(plans);
    }

    /**
     * How QEMU is measured.
     *
     * @param mostLayers of the longest chain that it gets
     * @param limit how long one run of a tool may take
     */
    record Qemu(int mostLayers, Duration limit) {}

    /** Reads the arguments; what is wrong with them is an {@link IllegalArgumentException}. */
    static DemoOptions parse(List<String> args) {
        boolean quick = args.contains(QUICK);
        List<Integer> layers = quick ? List.of(1, 10, 100) : List.of(1, 30, 100, 300, 1000);
        long size = (quick ? 16L : 256L) << 20;
        ChainShape shape = ChainShape.MIXED;
        Path out = Path.of("varve-demo.html");
        boolean collapseOff = false;
        boolean qemu = true;
        boolean help = false;
        int qemuLayers = 300;
        Duration limit = Duration.ofSeconds(20);
        Optional<Path> keep = Optional.empty();
        Iterator<String> words = args.stream().flatMap(DemoOptions::split).iterator();
        while (words.hasNext()) {
            String word = words.next();
            switch (word) {
                case "--layers" -> layers = layers(word, value(words, word));
                case "--size" -> size = bytes(value(words, word));
                case "--shape" -> shape = shape(value(words, word));
                case "--out" -> out = Path.of(value(words, word));
                case "--qemu-layers" -> qemuLayers = layers(word, value(words, word)).getLast();
                case "--qemu-limit" -> limit = Duration.ofSeconds(number(word, value(words, word), 86_400));
                case "--keep" -> keep = Optional.of(Path.of(value(words, word)));
                case "--no-collapse" -> collapseOff = true;
                case "--no-qemu" -> qemu = false;
                case "--help", "-h" -> help = true;
                case QUICK -> { }
                default -> throw new IllegalArgumentException("unknown option '" + word + "'; see --help");
            }
        }
        return new DemoOptions(plans(layers, size, shape), out, collapseOff,
                qemu ? Optional.of(new Qemu(qemuLayers, limit)) : Optional.empty(), keep, help);
    }

    private static List<ChainPlan> plans(List<Integer> layers, long size, ChainShape shape) {
        return layers.stream().map(number -> new ChainPlan(number, size, shape)).toList();
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

    private static List<Integer> layers(String option, String text) {
        return Arrays.stream(Pattern.compile(",").split(text, -1))
                .map(word -> Math.toIntExact(number(option, word, ChainPlan.MOST_LAYERS)))
                .sorted().distinct().toList();
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
