// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Samples;
import dev.varve.benchmarks.result.Workload;
import dev.varve.samples.chain.ChainPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Whole commands on one chain, start-up included, of {@code varve} and of {@code qemu-img} in turn. */
public final class CommandRows {
    private final Tools tools;
    private final Limits limits;
    private final ChainPlan plan;
    private final Path top;

    /**
     * The commands on one chain.
     *
     * @param tools the programs
     * @param limits how long they may take
     * @param plan the chain
     * @param top its active layer's file
     */
    public CommandRows(Tools tools, Limits limits, ChainPlan plan, Path top) {
        this.tools = tools;
        this.limits = limits;
        this.plan = plan;
        this.top = top;
    }

    /**
     * Runs them.
     *
     * @param qemu whether QEMU can open a chain of this length
     * @return the rows
     * @throws IOException if a command fails
     */
    public List<Row> measure(boolean qemu) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> map = List.of("map", "-f", "qcow2", "--output=json", top.toString());
        List<String> convert = List.of("convert", "-n", "--image-opts", "--target-image-opts",
                "driver=qcow2,file.filename=" + top.toString().replace(",", ",,"),
                "driver=null-co,size=" + plan.size());
        rows.addAll(pair(Workload.MAP, map, qemu, 0));
        rows.addAll(pair(Workload.CONVERT, convert, qemu, plan.heldBytes()));
        return rows;
    }

    private List<Row> pair(Workload workload, List<String> words, boolean qemu, long content) throws IOException {
        List<Row> rows = new ArrayList<>();
        rows.add(row(workload, Program.VARVE_COMMAND, command(tools.varve(), words), content));
        if (qemu && tools.img().isPresent()) {
            rows.add(row(workload, Program.QEMU, command(tools.img().get(), words), content));
        }
        return rows;
    }

    private static List<String> command(Path program, List<String> words) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(words);
        return command;
    }

    private Row row(Workload workload, Program program, List<String> command, long content) throws IOException {
        Duration limit = limits.of(workload, plan.shape());
        // The first one may make a cache of start-up data, or be the first to read the program.
        if (program == Program.VARVE_COMMAND) {
            MeasuredProgram.run(command, limit);
        }
        List<MeasuredProgram.Run> runs = repeat(command, limit, limits.rounds(), limits.usual());
        return summed(Row.of(workload, plan.shape().text(), plan.layers(), program, 1,
                runs.stream().map(MeasuredProgram.Run::seconds).toList()), runs, content);
    }

    /** Runs a command several times, but none after one that was stopped or when the time for all is over. */
    static List<MeasuredProgram.Run> repeat(List<String> command, Duration limit, int rounds, Duration together)
            throws IOException {
        List<MeasuredProgram.Run> runs = new ArrayList<>();
        double spent = 0;
        do {
            MeasuredProgram.Run run = MeasuredProgram.run(command, limit);
            runs.add(run);
            spent += run.stopped() ? Double.POSITIVE_INFINITY : run.seconds();
        } while (runs.size() < rounds && spent < together.toSeconds());
        return runs;
    }

    /** A row with what its runs needed besides time; the content is part of what they read. */
    static Row summed(Row row, List<MeasuredProgram.Run> runs, long content) {
        OptionalLong peak = runs.stream().flatMapToLong(run -> run.peakRss().stream()).max();
        Row summed = peak.isPresent() ? row.with(Measure.PEAK_RSS, peak.getAsLong()) : row;
        if (runs.stream().anyMatch(MeasuredProgram.Run::stopped)) {
            return summed.asStopped().noting("stopped after " + Math.round(runs.getLast().seconds()) + " s");
        }
        summed = summed.with(Measure.CPU_SECONDS,
                Samples.median(runs.stream().map(MeasuredProgram.Run::cpuSeconds).toList()).orElseThrow());
        return content < 0 ? summed : summed.with(Measure.METADATA_BYTES, runs.getLast().readBytes() - content);
    }
}
