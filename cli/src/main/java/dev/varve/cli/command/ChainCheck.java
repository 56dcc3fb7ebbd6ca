// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.LayerHandles;
import dev.varve.cli.text.Count;
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** One run of {@code check --chain}: checks every layer of a disk, each opened once. */
final class ChainCheck {
    private final Disk disk;
    private final PrintStream err;
    private final List<Checked> layers = new ArrayList<>();

    /**
     * What became of one layer.
     *
     * @param depth its number, 0 for the active one
     * @param node the layer
     * @param report the sum, where the check came to its end
     * @param failure why it did not; empty too where the format has no check
     */
    private record Checked(int depth, NodeView node, Optional<CheckReport> report, Optional<String> failure) {
        String name() {
            return node.filename().isEmpty() ? node.name().value() : node.filename();
        }

        String title() {
            return "layer " + depth + ", " + name();
        }

        boolean isWithoutCheck() {
            return report.isEmpty() && failure.isEmpty();
        }
    }

    ChainCheck(Disk disk, PrintStream err) {
        this.disk = disk;
        this.err = err;
    }

    /** Checks the layers, the active one first; findings are told as they are made. */
    void run() throws IOException {
        List<NodeView> nodes = disk.layers();
        try (LayerHandles handles = disk.handles(nodes)) {
            for (int depth = 0; depth < nodes.size(); depth++) {
                layers.add(check(depth, nodes.get(depth), handles.backends().get(depth)));
            }
        }
    }

    private Checked check(int depth, NodeView node, BlockBackend handle) {
        Checked none = new Checked(depth, node, Optional.empty(), Optional.empty());
        try {
            CheckReport report = handle.check(finding -> err.print(none.title() + ": " + finding.text() + "\n"));
            return new Checked(depth, node, Optional.of(report), Optional.empty());
        } catch (BlockException e) {
            return e.kind() == ErrorKind.UNSUPPORTED ? none : failed(none, e);
        } catch (IOException e) {
            return failed(none, e);
        }
    }

    private Checked failed(Checked layer, IOException failure) {
        String text = ErrorText.of(failure);
        err.print(layer.title() + ": check failed: " + text + "\n");
        return new Checked(layer.depth, layer.node, Optional.empty(), Optional.of(text));
    }

    /** The worst of what single checks would exit with; layers without a check count only if all are. */
    int code() {
        long failed = layers.stream().filter(layer -> layer.failure.isPresent()).count();
        if (withoutCheck() == layers.size()) {
            return CheckCommand.UNSUPPORTED;
        }
        if (failed > 0 || sum(CheckReport::checkErrors) > 0) {
            return Command.FAILED;
        }
        if (sum(CheckReport::corruptions) > 0) {
            return CheckCommand.CORRUPT;
        }
        return sum(CheckReport::leaks) > 0 ? CheckCommand.LEAKS : Command.OK;
    }

    private long withoutCheck() {
        return layers.stream().filter(Checked::isWithoutCheck).count();
    }

    private long sum(ToLongFunction<CheckReport> count) {
        return layers.stream().flatMap(layer -> layer.report.stream()).mapToLong(count).sum();
    }

    /** A paragraph a layer, and what they come to. */
    String human() {
        StringBuilder text = new StringBuilder();
        for (Checked layer : layers) {
            text.append(layer.title()).append(" (").append(layer.node.driver()).append("):\n");
            layer.report.ifPresent(report -> text.append(text(layer, report).human()));
            layer.failure.ifPresent(failure -> text.append("The check failed: ").append(failure).append('\n'));
            text.append(layer.isWithoutCheck() ? "The format does not support checks.\n" : "").append('\n');
        }
        long checked = layers.stream().filter(layer -> layer.report.isPresent()).count();
        return text + "All layers: " + checked + " of " + Count.of(layers.size(), "layer") + " checked, "
                + withoutCheck() + " without a check; " + Count.of(sum(CheckReport::corruptions), "error") + ", "
                + Count.of(sum(CheckReport::leaks), "leaked cluster") + ", "
                + Count.of(sum(CheckReport::checkErrors), "internal error") + ".\n";
    }

    private static CheckText text(Checked layer, CheckReport report) {
        return new CheckText(layer.name(), layer.node.driver(), report);
    }

    /** The same for programs. */
    String json() {
        List<Map<String, Object>> members = new ArrayList<>();
        for (Checked layer : layers) {
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("depth", layer.depth);
            member.put("node-name", layer.node.name().value());
            member.put("checked", layer.report.isPresent());
            member.put("filename", layer.name());
            member.put("format", layer.node.driver());
            layer.failure.ifPresent(failure -> member.put("failure", failure));
            layer.report.ifPresent(report -> member.putAll(text(layer, report).json()));
            members.add(member);
        }
        Map<String, Object> chain = new LinkedHashMap<>();
        chain.put("filename", disk.name());
        chain.put("corruptions", sum(CheckReport::corruptions));
        chain.put("leaks", sum(CheckReport::leaks));
        chain.put("check-errors", sum(CheckReport::checkErrors));
        chain.put("layers-checked", layers.stream().filter(layer -> layer.report.isPresent()).count());
        chain.put("layers-without-check", withoutCheck());
        chain.put("layers", members);
        return JsonText.of(chain) + "\n";
    }
}
