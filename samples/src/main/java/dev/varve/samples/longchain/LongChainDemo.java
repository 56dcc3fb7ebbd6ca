// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
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

/**
 * The experiment of the slides on an embedded default: the same disk in chains of 1 to N layers, opened, read and
 * streamed by Varve and by QEMU. Found by its name through ServiceLoader.
 */
public final class LongChainDemo implements ToolProvider {
    private static final int FAILED = 1;

    @Override
    public String name() {
        return "varve-demo";
    }

    @Override
    public Optional<String> description() {
        return Optional.of("reads and streams the same disk in one layer and in hundreds, with Varve and with QEMU");
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
        Path folder = options.keep().isPresent() ? Files.createDirectories(options.keep().get()).toAbsolutePath()
                : WorkFolder.make(options.plans().getLast());
        try {
            Optional<QemuRun> qemu = options.qemu().flatMap(wanted -> QemuRun.find(wanted.limit()));
            List<ChainFigures> chains = new ArrayList<>();
            for (ChainPlan plan : options.plans()) {
                Path images = folder.resolve("chain-" + plan.layers());
                chains.add(measure(MadeChain.write(plan, images), options, qemu, out));
                if (options.keep().isEmpty()) {
                    WorkFolder.delete(images);
                }
            }
            Setting setting = Setting.of(folder, qemu, without(options));
            Experiment experiment = new Experiment(chains, VerifiedReader.REQUEST, setting.lines());
            out.println();
            new ConsoleReport(experiment).print(out);
            Path page = options.out().toAbsolutePath();
            Files.writeString(page, DemoPage.of(experiment));
            out.println();
            out.println("The page with the curves and the map of the layers: " + page);
        } finally {
            if (options.keep().isEmpty()) {
                WorkFolder.delete(folder);
            }
        }
    }

    private static String without(DemoOptions options) {
        return options.qemu().isPresent() ? "qemu-img and qemu-io are not on the path" : "left out by --no-qemu";
    }

    private static ChainFigures measure(MadeChain chain, DemoOptions options, Optional<QemuRun> qemu, PrintWriter out)
            throws IOException {
        int layers = chain.plan().layers();
        String name = "chain of " + layers + ": ";
        tell(out, name + "Varve opens, reads and streams it and verifies every byte");
        VarveFigures varve = VarveRun.measure(chain, true);
        Optional<VarveFigures> walk = Optional.empty();
        if (options.collapseOff()) {
            tell(out, name + "Varve does so once more, with chain-collapse=off");
            walk = Optional.of(VarveRun.measure(chain, false));
        }
        QemuFigures figures;
        int most = options.qemu().map(DemoOptions.Qemu::mostLayers).orElse(0);
        if (qemu.isEmpty()) {
            figures = QemuFigures.none(without(options));
        } else if (layers > most) {
            figures = QemuFigures.none("not measured beyond " + most + " layers (--qemu-layers)");
        } else {
            tell(out, name + "QEMU opens, reads and streams it");
            figures = qemu.get().measure(chain);
        }
        return new ChainFigures(chain.plan(), chain.graph(), varve, walk, figures);
    }

    private static void tell(PrintWriter out, String what) {
        out.println(what);
        out.flush();
    }
}
