// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NewImage;
import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Samples;
import dev.varve.benchmarks.result.Workload;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.qemu.BlockStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The whole disk copied into an empty overlay that has it as its backing file: {@code varve stream} as a process, and
 * QEMU's {@code block-stream}. The chain and the same data in one image are streamed in turn.
 */
public final class StreamRows {
    private static final String COMMAND = "stream";
    private static final Map<String, String> HEAP = Map.of("VARVE_JAVA_OPTS", "-Xmx256m -XX:+UseSerialGC");

    private final Tools tools;
    private final Limits limits;
    private final ChainPlan plan;
    private final Path top;
    private final Path flat;
    private final Path overlay;

    /**
     * The streams of one chain.
     *
     * @param tools the programs
     * @param limits how long they may take
     * @param plan the chain
     * @param top its active layer's file
     * @param flat the same data in one image
     */
    public StreamRows(Tools tools, Limits limits, ChainPlan plan, Path top, Path flat) {
        this.tools = tools;
        this.limits = limits;
        this.plan = plan;
        this.top = top;
        this.flat = flat;
        this.overlay = top.resolveSibling("streamed.qcow2");
    }

    /**
     * Runs them.
     *
     * @return the rows; none of Varve where the command is not there, none of QEMU without its storage daemon
     * @throws IOException if one fails
     */
    public List<Row> measure() throws IOException {
        List<Row> rows = new ArrayList<>();
        if (tools.varveHas(COMMAND)) {
            rows.addAll(rows(Program.VARVE_COMMAND, this::varve));
        }
        Optional<Path> daemon = tools.daemon();
        if (daemon.isPresent()) {
            rows.addAll(rows(Program.QEMU, () -> BlockStream.run(daemon.get(), overlay, limits.longest())));
        }
        return rows;
    }

    private interface Streaming {
        BlockStream.Streamed run() throws IOException;
    }

    private BlockStream.Streamed varve() throws IOException {
        List<String> command = new ArrayList<>(List.of("env"));
        HEAP.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of(tools.varve().toString(), COMMAND, "-f", "qcow2", overlay.toString()));
        MeasuredProgram.Run run = MeasuredProgram.run(command, limits.longest());
        return new BlockStream.Streamed(run.seconds(), run.peakRss().orElse(0), run.stopped());
    }

    private List<Row> rows(Program program, Streaming streaming) throws IOException {
        List<BlockStream.Streamed> many = new ArrayList<>();
        List<BlockStream.Streamed> one = new ArrayList<>();
        double spent = 0;
        do {
            many.add(over(top, streaming));
            one.add(over(flat, streaming));
            spent += many.getLast().seconds() + one.getLast().seconds();
        } while (many.size() < limits.rounds() && spent < limits.usual().toSeconds());
        Row row = row(program, plan.layers(), many);
        Row alone = row(program, 1, one);
        double ratio = Samples.medianRatio(row.seconds(), alone.seconds()).orElseThrow();
        return List.of(row.with(Measure.RATIO_TO_ONE, ratio)
                .with(Measure.ONE_SECONDS, alone.median().orElseThrow()), alone);
    }

    private BlockStream.Streamed over(Path backing, Streaming streaming) throws IOException {
        BlockLayer.load().create(new NewImage("qcow2", overlay.toString(), OptionalLong.of(plan.size()),
                Map.of("backing_file", backing.toString(), "backing_fmt", "qcow2"), false));
        try {
            return streaming.run();
        } finally {
            Files.delete(overlay);
        }
    }

    private Row row(Program program, int layers, List<BlockStream.Streamed> runs) {
        Row row = Row.of(Workload.STREAM, plan.shape().text(), layers, program, 1,
                runs.stream().map(BlockStream.Streamed::seconds).toList())
                .with(Measure.PEAK_RSS, runs.stream().mapToLong(BlockStream.Streamed::peakRss).max().orElse(0));
        return runs.stream().anyMatch(BlockStream.Streamed::stopped)
                ? row.asStopped().noting("stopped after " + Math.round(runs.getLast().seconds()) + " s") : row;
    }
}
