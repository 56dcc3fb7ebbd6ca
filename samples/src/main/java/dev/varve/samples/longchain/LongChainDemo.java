// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.QemuFigures;
import dev.varve.samples.longchain.figures.VarveFigures;
import dev.varve.samples.longchain.page.DemoPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * The experiment of the slides on an embedded default: the same disk in a chain of 1 and of N layers, read twice by
 * Varve and by QEMU. Found by its name through ServiceLoader.
 */
public final class LongChainDemo implements ToolProvider {
    private static final String TEMPLATE = "long-chain.json";
    private static final int FAILED = 1;

    @Override
    public String name() {
        return "varve-demo";
    }

    @Override
    public Optional<String> description() {
        return Optional.of("reads the same disk in one layer and in hundreds, with Varve and with QEMU");
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... args) {
        try {
            DemoOptions options = DemoOptions.parse(List.of(args));
            if (options.help()) {
                out.print(DemoOptions.HELP);
            } else {
                run(options, out);
            }
            return 0;
        } catch (IllegalArgumentException | IOException e) {
            err.println("varve demo: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return FAILED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static void run(DemoOptions options, PrintWriter out) throws IOException {
        Path folder = options.keep().isPresent() ? Files.createDirectories(options.keep().get())
                : Files.createTempDirectory("varve-demo");
        try {
            Optional<QemuRun> qemu = options.qemu() ? QemuRun.find(options.qemuLimit()) : Optional.empty();
            String without = options.qemu() ? "qemu-img and qemu-io are not on the path" : "left out by --no-qemu";
            List<ChainFigures> chains = new ArrayList<>();
            for (ChainPlan plan : plans(options.plan())) {
                chains.add(measure(plan, folder.toAbsolutePath(), qemu, without, out));
            }
            Setting setting = Setting.of(qemu, without);
            Experiment experiment = new Experiment(chains, ChainReader.REQUEST, setting.lines());
            out.println();
            new ConsoleReport(experiment).print(out);
            Path page = options.out().toAbsolutePath();
            Files.writeString(page, DemoPage.of(experiment));
            out.println();
            out.println("The page with the charts and the map of the layers: " + page);
        } finally {
            if (options.keep().isEmpty()) {
                delete(folder);
            }
        }
    }

    private static List<ChainPlan> plans(ChainPlan longest) {
        return longest.layers() == 1 ? List.of(longest) : List.of(longest.withLayers(1), longest);
    }

    private static ChainFigures measure(ChainPlan plan, Path folder, Optional<QemuRun> qemu, String without,
            PrintWriter out) throws IOException {
        String chain = plan.layers() == 1 ? "chain of 1" : "chain of " + plan.layers();
        tell(out, chain + ": writing");
        Path images = folder.resolve("chain-" + plan.layers());
        Path top = new ChainWriter(plan).write(images);
        String json = GraphTemplate.of(TEMPLATE, top);
        Path graphFile = Files.writeString(images.resolve("graph.json"), json);
        tell(out, chain + ": Varve opens it, reads it twice and verifies every byte");
        VarveFigures varve = ReaderProcess.measure(plan, graphFile);
        QemuFigures figures = QemuFigures.none(without);
        if (qemu.isPresent()) {
            tell(out, chain + ": QEMU opens it and reads it twice");
            figures = qemu.get().measure(plan, top);
        }
        return new ChainFigures(plan, json, varve, figures);
    }

    private static void tell(PrintWriter out, String what) {
        out.println(what);
        out.flush();
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = new ArrayList<>(files.toList());
        }
        for (Path file : all.reversed()) {
            Files.delete(file);
        }
    }
}
