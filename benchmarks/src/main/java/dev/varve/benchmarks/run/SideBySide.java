// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.run;

import dev.varve.benchmarks.page.ReportPage;
import dev.varve.benchmarks.qemu.CommandRows;
import dev.varve.benchmarks.qemu.Limits;
import dev.varve.benchmarks.qemu.QemuBench;
import dev.varve.benchmarks.qemu.QemuFirstTouch;
import dev.varve.benchmarks.qemu.StreamRows;
import dev.varve.benchmarks.qemu.Tools;
import dev.varve.benchmarks.result.Part;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.ResultsFile;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.varve.MemoryReader;
import dev.varve.benchmarks.varve.ReaderTask;
import dev.varve.benchmarks.varve.VarveReader;
import dev.varve.benchmarks.verdict.Verdict;
import dev.varve.benchmarks.verdict.Verdicts;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.process.ChildProcess;
import dev.varve.samples.process.JavaProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The whole run: all chains, Varve and QEMU on the same files, one results file and one page. */
public final class SideBySide {
    // Past about 1,090 layers the stack of QEMU's coroutines overflows.
    private static final int MOST_QEMU_LAYERS = 1000;
    private static final Duration READER_LIMIT = Duration.ofMinutes(60);
    private static final Duration USUAL = Duration.ofSeconds(20);
    private static final int MEMORY_RUNS = 3;
    private static final int MOST_STREAMED_LAYERS = 1000;

    private final RunOptions options;
    private final Tools tools;
    private final Limits limits;
    private final List<String> setting = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private String aio = "";

    private SideBySide(RunOptions options) {
        this.options = options;
        Tools found = Tools.find(options.varve().toAbsolutePath());
        this.tools = options.qemu() ? found : found.withoutQemu();
        this.limits = new Limits(options.full() ? 5 : 2, options.full() ? USUAL : USUAL.dividedBy(4),
                Duration.ofSeconds(options.qemuSeconds()));
    }

    /**
     * Entry point.
     *
     * @param args {@code --help} tells them
     * @throws IOException if a run fails
     */
    public static void main(String[] args) throws IOException {
        List<String> words = List.of(args);
        if (words.contains("--help")) {
            System.out.print(RunOptions.HELP);
        } else if (words.size() == 2 && words.getFirst().equals("page")) {
            Path out = Path.of(words.get(1));
            publish(out, ResultsFile.read(out.resolve("results.json")));
        } else {
            new SideBySide(RunOptions.parse(words)).run();
        }
    }

    private void run() throws IOException {
        Files.createDirectories(options.out());
        setting.addAll(Setting.lines(options, tools));
        try (MadeChains chains = new MadeChains(options.work())) {
            for (ChainShape shape : options.shapes()) {
                measure(shape, chains);
            }
        }
        if (options.parts()) {
            tell("parts: JMH");
            parts.addAll(PartRuns.run(options.full()));
        }
        setting.add(Setting.load("at the end"));
        save();
        publish(options.out(), results());
    }

    private void measure(ChainShape shape, MadeChains chains) throws IOException {
        ChainPlan flat = options.flat(shape);
        Path image = chains.write(flat);
        if (aio.isEmpty() && tools.img().isPresent() && tools.io().isPresent()) {
            aio = new QemuBench(tools.img().get(), tools.io().get(), limits, flat, image, "").fasterAio();
            setting.add("qemu-img bench asks the system by " + aio + ", the faster of threads and io_uring here");
        }
        for (int layers : options.layers()) {
            ChainPlan plan = flat.withLayers(layers);
            tell(shape.text() + ", " + layers + (layers == 1 ? " layer" : " layers"));
            Path top = layers == 1 ? image : chains.write(plan);
            // What fails is told, and the rest goes on: the whole takes hours.
            attempt(plan, "Varve", () -> varve(plan, top, image));
            attempt(plan, "commands", () -> commands(plan, top));
            attempt(plan, "qemu-img bench", () -> qemu(plan, top));
            attempt(plan, "stream", () -> stream(plan, top, image));
            if (layers > 1) {
                chains.delete(plan);
            }
            save();
        }
        chains.delete(flat);
    }

    private void varve(ChainPlan plan, Path top, Path flat) throws IOException {
        Path out = Files.createTempFile(options.out(), "reader", ".json");
        try {
            ReaderTask task = new ReaderTask(plan, top, flat, options.full(), out);
            rows.addAll(java(VarveReader.OPTIONS, VarveReader.class, task));
            List<Row> memory = new ArrayList<>();
            for (int i = 0; i < MEMORY_RUNS; i++) {
                memory.addAll(java(MemoryReader.OPTIONS, MemoryReader.class, task));
            }
            rows.add(MemoryRow.middle(memory));
        } finally {
            Files.delete(out);
        }
    }

    private static List<Row> java(List<String> jvm, Class<?> main, ReaderTask task) throws IOException {
        ChildProcess.Outcome outcome = ChildProcess.run(JavaProgram.command(jvm, main, task.words()), READER_LIMIT);
        if (!outcome.succeeded()) {
            throw new IOException(main.getSimpleName() + " on " + task.plan() + ": "
                    + String.join(System.lineSeparator(), outcome.err()));
        }
        return ResultsFile.read(task.out()).rows();
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(ChainPlan plan, String what, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            String failure = "Failed: " + what + ", " + plan.shape().text() + ", " + plan.layers() + " layers: "
                    + e.getMessage();
            setting.add(failure);
            tell(failure);
        }
    }

    private boolean hasQemu(ChainPlan plan) {
        return plan.layers() <= MOST_QEMU_LAYERS && tools.img().isPresent() && tools.io().isPresent();
    }

    private void commands(ChainPlan plan, Path top) throws IOException {
        rows.addAll(new CommandRows(tools, limits, plan, top).measure(hasQemu(plan)));
    }

    private void qemu(ChainPlan plan, Path top) throws IOException {
        if (hasQemu(plan)) {
            Path img = tools.img().orElseThrow();
            rows.addAll(new QemuBench(img, tools.io().orElseThrow(), limits, plan, top, aio).measure());
            rows.add(QemuFirstTouch.measure(img, limits, plan, top));
        }
    }

    private void stream(ChainPlan plan, Path top, Path flat) throws IOException {
        boolean wanted = options.streams() && plan.shape() == ChainShape.SCATTER && plan.layers() > 1
                && plan.layers() <= MOST_STREAMED_LAYERS;
        if (wanted) {
            tell("  streaming");
            rows.addAll(new StreamRows(tools, limits, plan, top, flat).measure());
        }
    }

    private Results results() {
        return new Results(setting, rows, parts);
    }

    private void save() throws IOException {
        ResultsFile.write(options.out().resolve("results.json"), results());
    }

    private static void publish(Path out, Results results) throws IOException {
        Path page = out.resolve("report.html");
        Files.writeString(page, ReportPage.of(results));
        for (Verdict verdict : Verdicts.of(results)) {
            System.out.println(verdict.line());
        }
        System.out.println(out.resolve("results.json") + ", " + page);
    }

    private static void tell(String what) {
        System.out.println(what);
    }
}
