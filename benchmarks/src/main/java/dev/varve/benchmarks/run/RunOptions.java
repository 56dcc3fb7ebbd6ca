// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.run;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a run is asked for.
 *
 * @param full whether all is measured that the figures are about; otherwise a look at small chains
 * @param places where things are
 * @param shapes which chains
 * @param layers how long they are
 * @param size the size of every disk; empty for the usual ones
 * @param qemuSeconds after which a run of QEMU is stopped whose end the comparison needs
 * @param extent what is left out and what is not
 */
record RunOptions(boolean full, Places places, List<ChainShape> shapes, List<Integer> layers, OptionalLong size,
        int qemuSeconds, Extent extent) {
    static final String HELP = """
            Usage: benchmarks/run [quick|full] [OPTION...]
                   benchmarks/run page DIR      writes the page of results.json once more

              quick             small chains, few rounds: some minutes (default)
              full              what the figures of Varve are about: hours
              --out DIR         where results.json and report.html go (default benchmarks/results/run)
              --work DIR        where the chains are made (default /dev/shm, else the folder of temporary files)
              --shapes LIST     base, base-l2, stripe, scatter, top, hole, pieces (mixed features)
              --layers LIST     such as 1,10,100
              --size BYTES      of every disk, in MiB with the suffix M (default: full 2048M for scatter and 1024M for
                                others, quick 256M)
              --qemu-limit S    stop QEMU's convert and map of a scattered chain after so many seconds (default: full
                                900, quick 20); its other runs end after 20 s
              --no-qemu         Varve alone
              --no-streams      leave streaming out
              --no-parts        leave JMH out
            """;

    private static final int MEGABYTES = 20;
    private static final List<ChainShape> FULL_SHAPES = List.of(ChainShape.BASE, ChainShape.BASE_L2, ChainShape.STRIPE,
            ChainShape.SCATTER, ChainShape.TOP, ChainShape.HOLE, ChainShape.PIECES);

    /**
     * Where things are.
     *
     * @param out the folder of the results
     * @param work the folder of the chains
     * @param varve the command {@code varve}
     */
    record Places(Path out, Path work, Path varve) {}

    /**
     * What is measured beside Varve's requests.
     *
     * @param qemu whether QEMU is measured
     * @param streams whether streaming is measured
     * @param parts whether JMH is run
     */
    record Extent(boolean qemu, boolean streams, boolean parts) {}

    RunOptions {
        shapes = List.copyOf(shapes);
        layers = List.copyOf(layers);
    }

    /** Reads the arguments; what is wrong with them is an {@link IllegalArgumentException}. */
    static RunOptions parse(List<String> args) {
        boolean full = !args.isEmpty() && args.getFirst().equals("full");
        Path out = Path.of("benchmarks", "results", "run");
        Path memory = Path.of("/dev/shm");
        RunOptions options = new RunOptions(full, new Places(out,
                Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir")),
                Path.of("cli", "target", "dist", "bin", "varve")),
                full ? FULL_SHAPES : List.of(ChainShape.BASE, ChainShape.STRIPE, ChainShape.SCATTER),
                full ? List.of(1, 10, 100, 300, 1000, 3000, 10_000) : List.of(1, 10, 100),
                OptionalLong.empty(), full ? 900 : 20, new Extent(true, true, true));
        Iterator<String> words = args.iterator();
        while (words.hasNext()) {
            String word = words.next();
            options = options.with(word, words);
        }
        return options;
    }

    private RunOptions with(String word, Iterator<String> rest) {
        return switch (word) {
            case "quick", "full" -> this;
            case "--no-qemu" -> measuring(false, streams(), parts());
            case "--no-streams" -> measuring(qemu(), false, parts());
            case "--no-parts" -> measuring(qemu(), streams(), false);
            default -> {
                if (!rest.hasNext()) {
                    throw new IllegalArgumentException("unknown option, or a value is missing: " + word);
                }
                yield withValue(word, rest.next());
            }
        };
    }

    private RunOptions withValue(String word, String value) {
        return switch (word) {
            case "--out" -> in(Path.of(value), work(), varve());
            case "--work" -> in(out(), Path.of(value), varve());
            case "--varve" -> in(out(), work(), Path.of(value));
            case "--shapes" -> of(list(value).map(RunOptions::shape).toList(), layers);
            case "--layers" -> of(shapes, list(value).map(Integer::valueOf).sorted().toList());
            case "--size" -> with(OptionalLong.of(megabytes(value)), qemuSeconds);
            case "--qemu-limit" -> with(size, Integer.parseInt(value));
            default -> throw new IllegalArgumentException("unknown option " + word);
        };
    }

    private RunOptions in(Path outFolder, Path workFolder, Path command) {
        return new RunOptions(full, new Places(outFolder, workFolder, command), shapes, layers, size, qemuSeconds,
                extent);
    }

    private RunOptions of(List<ChainShape> chosen, List<Integer> lengths) {
        return new RunOptions(full, places, chosen, lengths, size, qemuSeconds, extent);
    }

    private RunOptions with(OptionalLong bytes, int seconds) {
        return new RunOptions(full, places, shapes, layers, bytes, seconds, extent);
    }

    private RunOptions measuring(boolean qemu, boolean streams, boolean parts) {
        return new RunOptions(full, places, shapes, layers, size, qemuSeconds, new Extent(qemu, streams, parts));
    }

    Path out() {
        return places.out;
    }

    Path work() {
        return places.work;
    }

    Path varve() {
        return places.varve;
    }

    boolean qemu() {
        return extent.qemu;
    }

    boolean streams() {
        return extent.streams;
    }

    boolean parts() {
        return extent.parts;
    }

    private static Stream<String> list(String value) {
        return Pattern.compile(",", Pattern.LITERAL).splitAsStream(value);
    }

    private static ChainShape shape(String text) {
        return Arrays.stream(ChainShape.values()).filter(shape -> shape.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown shape '" + text + "'"));
    }

    private static long megabytes(String value) {
        if (!value.endsWith("M")) {
            throw new IllegalArgumentException("--size takes MiB, such as 256M, not '" + value + "'");
        }
        return Long.parseLong(value.substring(0, value.length() - 1)) << MEGABYTES;
    }

    /** The disk of a shape in one layer. */
    ChainPlan flat(ChainShape shape) {
        long usual = full ? shape == ChainShape.SCATTER ? 2048L : 1024L : 256L;
        return new ChainPlan(1, size.orElse(usual << MEGABYTES), shape);
    }

    /** The command line that leads to these options, for the record. */
    List<String> words() {
        List<String> words = new ArrayList<>(List.of(full ? "full" : "quick", "shapes " + String.join(",",
                shapes.stream().map(ChainShape::text).toList()), "layers " + String.join(",",
                layers.stream().map(String::valueOf).toList())));
        size.ifPresent(bytes -> words.add("size " + (bytes >> MEGABYTES) + "M"));
        words.add("QEMU's longest run " + qemuSeconds + " s");
        return words;
    }
}
