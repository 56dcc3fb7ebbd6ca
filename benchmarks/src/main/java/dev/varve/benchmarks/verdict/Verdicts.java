// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.verdict;

import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Part;
import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Everything that is claimed of flat chains, judged by the results. */
public final class Verdicts {
    private static final String SCATTER = "scatter";
    private static final double FLAT = 1.10;
    private static final double MEBIBYTE = 1 << 20;
    private static final double KIBIBYTE = 1 << 10;
    private static final int[] LENGTHS = {10, 100, 300, 1000};
    private static final List<Workload> READS = List.of(Workload.RANDOM_4K, Workload.SEQUENTIAL_64K,
            Workload.SEQUENTIAL_1M, Workload.CONVERT);

    private final Results results;
    private final List<Verdict> verdicts = new ArrayList<>();

    private Verdicts(Results results) {
        this.results = results;
    }

    /**
     * Judges all claims.
     *
     * @param results the figures
     * @return in the order of the claims; what was not measured is among them
     */
    public static List<Verdict> of(Results results) {
        Verdicts verdicts = new Verdicts(results);
        verdicts.flat();
        verdicts.againstQemu();
        verdicts.oneLayer();
        verdicts.memory();
        verdicts.opening();
        verdicts.firstTouch();
        verdicts.parts();
        verdicts.stream();
        return List.copyOf(verdicts.verdicts);
    }

    private void flat() {
        for (String shape : List.of("stripe", "base", "top", SCATTER)) {
            boolean floor = shape.equals(SCATTER);
            Measure measure = floor ? Measure.RATIO_TO_FLOOR : Measure.RATIO_TO_ONE;
            for (Workload workload : READS) {
                for (int layers : LENGTHS) {
                    atMost("2", chain(workload, shape, layers) + (floor ? ", against bare reads" : ", T(N)/T(1)"),
                            row(workload, shape, layers, Program.VARVE).flatMap(row -> boxed(row.measure(measure))),
                            FLAT, "");
                }
            }
        }
    }

    private void againstQemu() {
        faster("3", Workload.RANDOM_4K, 300, Program.VARVE, 200);
        faster("3", Workload.RANDOM_4K, 1000, Program.VARVE, 2000);
        faster("3", Workload.CONVERT, 300, Program.VARVE_WARM, 80);
        faster("3", Workload.CONVERT, 1000, Program.VARVE_WARM, 800);
        faster("3", Workload.MAP, 300, Program.VARVE_COMMAND, 15);
        faster("3", Workload.MAP, 1000, Program.VARVE_COMMAND, 150);
    }

    private void oneLayer() {
        faster("3", Workload.RANDOM_4K, 1, Program.VARVE, 5);
        faster("3", Workload.SEQUENTIAL_64K, 1, Program.VARVE, 1.2);
        faster("3", Workload.SEQUENTIAL_1M, 1, Program.VARVE, 1.2);
        faster("3", Workload.CONVERT, 1, Program.VARVE_WARM, 1.2);
        for (Workload workload : List.of(Workload.OPEN, Workload.RANDOM_4K_16, Workload.OVERLAY_WRITE)) {
            faster("3", workload, 1, Program.VARVE, 1);
        }
        faster("3", Workload.MAP, 1, Program.VARVE_WARM, 1);
    }

    /** The time of QEMU over that of Varve; where QEMU was stopped, at least that. */
    private void faster(String show, Workload workload, int layers, Program program, double bound) {
        Optional<Row> qemu = row(workload, SCATTER, layers, Program.QEMU);
        Optional<Double> ratio = qemu.flatMap(theirs -> row(workload, SCATTER, layers, program)
                .flatMap(ours -> boxed(ours.perOperation())
                        .map(time -> theirs.perOperation().orElseThrow() / time)));
        boolean stopped = qemu.isPresent() && qemu.get().stopped();
        Verdict.Outcome outcome = ratio.isEmpty() ? Verdict.Outcome.OPEN
                : ratio.get() >= bound ? Verdict.Outcome.PASS
                : stopped ? Verdict.Outcome.OPEN : Verdict.Outcome.MISS;
        verdicts.add(new Verdict(show, chain(workload, SCATTER, layers) + ": " + program.text() + " against QEMU",
                ratio.map(value -> (stopped ? "over " : "") + "x " + number(value)).orElse("not measured"),
                "at least x " + number(bound), outcome));
    }

    private void memory() {
        for (String shape : List.of(SCATTER, "stripe", "base")) {
            atMost("4", chain(Workload.MEMORY, shape, 1000) + ", peak RSS more than of one layer",
                    above(Workload.MEMORY, shape, 1000, Program.VARVE, Measure.PEAK_RSS), 16 * MEBIBYTE, "MiB");
        }
        atMost("4", "index of scatter, 1,000 layers", index(SCATTER), 512 * KIBIBYTE, "KiB");
        atMost("4", "index of stripe, 1,000 layers", index("stripe"), 64 * KIBIBYTE, "KiB");
    }

    private Optional<Double> index(String shape) {
        return row(Workload.MEMORY, shape, 1000, Program.VARVE)
                .flatMap(row -> boxed(row.measure(Measure.INDEX_BYTES))).filter(bytes -> bytes > 0);
    }

    private Optional<Double> above(Workload workload, String shape, int layers, Program program, Measure measure) {
        return row(workload, shape, layers, program).flatMap(many -> row(workload, shape, 1, program)
                .filter(one -> one.measure(measure).isPresent() && many.measure(measure).isPresent())
                .map(one -> many.measure(measure).getAsDouble() - one.measure(measure).getAsDouble()));
    }

    private void opening() {
        for (int layers : new int[] {1000, 10_000}) {
            Optional<Row> row = row(Workload.OPEN, SCATTER, layers, Program.VARVE);
            double bound = row.flatMap(found -> boxed(found.measure(Measure.ONE_SECONDS)))
                    .map(one -> 10 * one + layers * 100e-6).orElse(Double.NaN);
            atMost("5", "opening " + number(layers) + " layers (10 times one layer and 100 us a layer)",
                    row.flatMap(found -> boxed(found.median())), bound, "ms");
        }
    }

    private void firstTouch() {
        for (Row row : results.rows()) {
            if (row.workload() == Workload.FIRST_TOUCH && row.program() == Program.VARVE && row.layers() > 1) {
                Optional<Double> walk = row(Workload.FIRST_TOUCH, row.shape(), row.layers(), Program.VARVE_WALK)
                        .flatMap(plain -> boxed(plain.measure(Measure.METADATA_BYTES)));
                atMost("6", chain(Workload.FIRST_TOUCH, row.shape(), row.layers())
                        + ": metadata read, of what the plain walk reads",
                        walk.flatMap(bytes -> boxed(row.measure(Measure.METADATA_BYTES))
                                .map(own -> own / Math.max(1, bytes))), 1.0, "");
            }
        }
    }

    private void parts() {
        for (Part part : results.parts()) {
            boolean inserted = part.benchmark().endsWith(".isInserted");
            if (inserted || part.benchmark().endsWith(".readSector")) {
                String claim = part.benchmark() + " " + part.parameters();
                atMost("7", claim, Optional.of(part.nanos()), inserted ? 10 : 60, "ns");
                // Below one byte it is the profiler's own, divided by the operations.
                atMost("7", claim + ", allocated", Optional.of(Math.floor(part.allocatedBytes())), 0, "B");
            }
        }
    }

    private void stream() {
        for (int layers : new int[] {300, 1000}) {
            Optional<Row> row = row(Workload.STREAM, SCATTER, layers, Program.VARVE_COMMAND);
            atMost("9", chain(Workload.STREAM, SCATTER, layers) + ", T(N)/T(1)",
                    row.flatMap(found -> boxed(found.measure(Measure.RATIO_TO_ONE))), layers == 300 ? 1.15 : 1.25, "");
            atMost("9", chain(Workload.STREAM, SCATTER, layers) + ", peak RSS more than of one layer",
                    above(Workload.STREAM, SCATTER, layers, Program.VARVE_COMMAND, Measure.PEAK_RSS), 16 * MEBIBYTE,
                    "MiB");
        }
    }

    private void atMost(String show, String claim, Optional<Double> figure, double bound, String unit) {
        double scale = switch (unit) {
            case "MiB" -> MEBIBYTE;
            case "KiB" -> KIBIBYTE;
            case "ms" -> 1e-3;
            default -> 1;
        };
        Verdict.Outcome outcome = figure.isEmpty() || Double.isNaN(bound) || Double.isNaN(figure.get())
                ? Verdict.Outcome.OPEN : figure.get() <= bound ? Verdict.Outcome.PASS : Verdict.Outcome.MISS;
        String measured = outcome == Verdict.Outcome.OPEN ? "not measured"
                : (number(figure.orElseThrow() / scale) + " " + unit).strip();
        verdicts.add(new Verdict(show, claim, measured,
                Double.isNaN(bound) ? "" : ("at most " + number(bound / scale) + " " + unit).strip(), outcome));
    }

    private Optional<Row> row(Workload workload, String shape, int layers, Program program) {
        return results.row(workload, shape, layers, program);
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }

    private static String chain(Workload workload, String shape, int layers) {
        return shape + ", N = " + number(layers) + ", " + workload.text();
    }

    private static String number(double value) {
        String format = value == Math.rint(value) || Math.abs(value) >= 1000 ? "%,.0f"
                : Math.abs(value) >= 20 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
