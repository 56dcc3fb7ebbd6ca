// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.spi.ChainFilterNode;
import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Samples;
import dev.varve.benchmarks.result.Workload;
import dev.varve.cli.Main;
import dev.varve.samples.chain.ChainPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The workloads that open a disk anew each time, in a process whose code is compiled already. */
final class FreshDisk {
    private static final int REQUEST = ChainPlan.CLUSTER;
    private static final int PAGE = 4096;
    // Without an index each layer keeps its L2 tables: more would not fit into the heap.
    private static final int MOST_WALKED_LAYERS = 1000;

    private final ReaderTask task;
    private final Rounds rounds;
    private final BlockLayer layer = BlockLayer.load();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(REQUEST);
    private final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false,
            StandardCharsets.US_ASCII);

    FreshDisk(ReaderTask task, Rounds rounds) {
        this.task = task;
        this.rounds = rounds;
    }

    List<Row> measure() throws IOException {
        List<Row> rows = new ArrayList<>();
        // Short, and more code than a request: it takes long until all of it is compiled.
        Rounds many = new Rounds(5 * rounds.count(), 3 * rounds.warmUpNanos(), rounds.budgetNanos());
        rows.add(pair(many, Workload.OPEN, Program.VARVE, 1, opening(task.top()), opening(task.flat())));
        rows.add(firstTouch(Program.VARVE, GraphSettings.DEFAULT));
        if (task.plan().layers() <= MOST_WALKED_LAYERS) {
            rows.add(firstTouch(Program.VARVE_WALK, GraphSettings.DEFAULT.withoutChainCollapse()));
        }
        rows.add(pair(rounds, Workload.MAP, Program.VARVE_WARM, 1, command(task.top(), "map", "--output", "json"),
                command(task.flat(), "map", "--output", "json")));
        rows.add(pair(rounds, Workload.CONVERT, Program.VARVE_WARM, 1, converting(task.top()),
                converting(task.flat())));
        long writes = Math.min(task.full() ? 2000 : 500, task.plan().clusters());
        rows.add(pair(rounds, Workload.OVERLAY_WRITE, Program.VARVE, writes, writing(task.top(), writes),
                writing(task.flat(), writes)));
        return rows;
    }

    private Row pair(Rounds times, Workload workload, Program program, long operations, Pass chain, Pass flat)
            throws IOException {
        Rounds.Taken taken = times.run(List.of(chain, flat));
        return Row.of(workload, task.shape(), task.plan().layers(), program, operations, taken.of(0))
                .with(Measure.CPU_SECONDS, taken.cpuSeconds())
                .with(Measure.RATIO_TO_ONE, Samples.medianRatio(taken.of(0), taken.of(1)).orElseThrow())
                .with(Measure.ONE_SECONDS, Samples.median(taken.of(1)).orElseThrow());
    }

    private Pass opening(Path top) {
        return () -> {
            long start = System.nanoTime();
            try (OpenDisk disk = OpenDisk.forReading(layer, top, GraphSettings.DEFAULT)) {
                disk.backend().read(0, buffer.clear().limit(PAGE));
                return System.nanoTime() - start;
            }
        };
    }

    private Pass converting(Path top) {
        return () -> {
            long start = System.nanoTime();
            run("convert", "-n", "--image-opts", "--target-image-opts",
                    "driver=qcow2,file.filename=" + top.toString().replace(",", ",,"),
                    "driver=null-co,size=" + task.plan().size());
            return System.nanoTime() - start;
        };
    }

    private Pass command(Path top, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-f", "qcow2", top.toString()));
        return () -> {
            long start = System.nanoTime();
            run(all.toArray(String[]::new));
            return System.nanoTime() - start;
        };
    }

    private void run(String... words) throws IOException {
        int status = Main.run(List.of(words), new ByteArrayInputStream(new byte[0]), nowhere, System.err);
        if (status != 0) {
            throw new IOException("varve " + String.join(" ", words) + ": exit code " + status);
        }
    }

    private Pass writing(Path top, long count) {
        return () -> {
            Path overlay = task.top().resolveSibling("overlay.qcow2");
            layer.create(new NewImage("qcow2", overlay.toString(), OptionalLong.of(task.plan().size()),
                    Map.of("backing_file", top.toString(), "backing_fmt", "qcow2"), false));
            try (OpenDisk disk = OpenDisk.forWriting(layer, overlay)) {
                long start = System.nanoTime();
                for (long i = 0; i < count; i++) {
                    disk.backend().write(i * REQUEST, buffer.clear().limit(PAGE));
                }
                return System.nanoTime() - start;
            } finally {
                Files.delete(overlay);
            }
        };
    }

    /** What opening and the first reading cost: the bytes that were read besides the content are counted from both. */
    private Row firstTouch(Program program, GraphSettings settings) throws IOException {
        List<Double> seconds = new ArrayList<>();
        // The least of some: what the Java virtual machine reads for itself meanwhile is not the disk's.
        long metadata = Long.MAX_VALUE;
        ChainFilterNode.Counters counters = ChainFilterNode.Counters.NONE;
        long visits = 0;
        for (int i = 0; i < (program == Program.VARVE && task.full() ? 5 : 3); i++) {
            ProcessCost before = ProcessCost.now();
            try (OpenDisk disk = OpenDisk.forReading(layer, task.top(), settings)) {
                long start = System.nanoTime();
                for (long offset = 0; offset < task.plan().size(); offset += REQUEST) {
                    disk.backend().read(offset, buffer.clear());
                }
                seconds.add((System.nanoTime() - start) / 1e9);
                counters = disk.graph().counters().chains();
                visits = disk.graph().counters().layerVisits();
            }
            metadata = Math.min(metadata, ProcessCost.now().since(before).readBytes() - task.plan().heldBytes());
        }
        return Row.of(Workload.FIRST_TOUCH, task.shape(), task.plan().layers(), program, task.plan().clusters(),
                        seconds)
                .with(Measure.METADATA_BYTES, metadata)
                .with(Measure.LAYER_SCANS, counters.layerScans())
                .with(Measure.INDEX_BYTES, counters.bytes())
                .with(Measure.LAYER_VISITS, (double) visits / task.plan().clusters());
    }
}
