// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.qemu.BenchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests by {@code qemu-img bench}, in the seconds that it counts itself, so without its start and its opening. It
 * has no random offsets: a step of an odd number of blocks, much longer than a cluster, visits all blocks in an order
 * that looks random.
 */
public final class QemuBench {
    private static final long RANDOM_STEP = 4096L * 104_729;
    private static final int TRIAL = 8;
    private static final int GROWTH = 16;
    private static final int MOST = 1 << 17;
    private static final double FULL_SECONDS = 1.0;
    private static final double QUICK_SECONDS = 0.2;
    private static final int PAGE = 4096;

    private final Path img;
    private final Path io;
    private final Limits limits;
    private final ChainPlan plan;
    private final Path top;
    private final String aio;
    private double slowestOpening;

    /**
     * The requests of one chain.
     *
     * @param img {@code qemu-img}
     * @param io {@code qemu-io}
     * @param limits how long it may take
     * @param plan the chain
     * @param top its active layer's file
     * @param aio how it asks the system: {@code threads} or {@code io_uring}
     */
    public QemuBench(Path img, Path io, Limits limits, ChainPlan plan, Path top, String aio) {
        this.img = img;
        this.io = io;
        this.limits = limits;
        this.plan = plan;
        this.top = top;
        this.aio = aio;
    }

    /** Requests of one kind. */
    private record Requests(Workload workload, int depth, int bytes, long step, long most) {}

    /**
     * The way of asking the system that is the faster one here.
     *
     * @return {@code threads} or {@code io_uring}
     * @throws IOException if neither works
     */
    public String fasterAio() throws IOException {
        double threads = trial("threads");
        try {
            return trial("io_uring") < threads ? "io_uring" : "threads";
        } catch (IOException e) {
            return "threads"; // not every kernel, not every container has it
        }
    }

    private double trial(String way) throws IOException {
        Requests random = new Requests(Workload.RANDOM_4K, 1, PAGE, RANDOM_STEP, MOST);
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            best = Math.min(best, seconds(MeasuredProgram.run(command(random, 10_000, way), limits.usual())));
        }
        return best;
    }

    /**
     * Runs all.
     *
     * @return the rows
     * @throws IOException if a run fails
     */
    public List<Row> measure() throws IOException {
        List<Row> rows = new ArrayList<>();
        rows.add(opening());
        rows.add(row(new Requests(Workload.RANDOM_4K, 1, PAGE, RANDOM_STEP, MOST)));
        rows.add(row(new Requests(Workload.RANDOM_4K_16, 16, PAGE, RANDOM_STEP, MOST)));
        rows.add(row(new Requests(Workload.SEQUENTIAL_64K, 1, 1 << 16, 1 << 16, plan.size() >> 16)));
        rows.add(row(new Requests(Workload.SEQUENTIAL_1M, 1, 1 << 20, 1 << 20, Math.max(1, plan.size() >> 20))));
        rows.add(writing());
        return rows;
    }

    private Row row(Requests requests) throws IOException {
        boolean inOrder = requests.step() == requests.bytes();
        // In order: the whole disk where that ends; else as many requests as take long enough to be measured.
        double wanted = inOrder ? limits.usual().toSeconds() / 4.0 : measurable();
        long count = Math.min(TRIAL, requests.most());
        for (double taken = 0; count < requests.most() && taken < wanted / 2;) {
            MeasuredProgram.Run run = MeasuredProgram.run(command(spread(requests, count), count, aio), limit());
            taken = seconds(run);
            if (run.stopped()) {
                return CommandRows.summed(named(requests, count, List.of(taken)), List.of(run), -1);
            }
            long enough = (long) (count * wanted / Math.max(1e-6, taken));
            count = Math.clamp(enough, count, Math.min(requests.most(), count * GROWTH));
        }
        Requests spread = spread(requests, count);
        List<MeasuredProgram.Run> runs = CommandRows.repeat(command(spread, count, aio), limit(), limits.rounds(),
                limits.usual());
        List<Double> seconds = new ArrayList<>();
        for (MeasuredProgram.Run run : runs) {
            seconds.add(seconds(run));
        }
        // The time on processors includes the opening.
        Row row = CommandRows.summed(named(requests, count, seconds), runs, -1);
        return inOrder && count < requests.most() && row.note().isEmpty()
                ? row.noting(count + " requests spread over the disk instead of " + requests.most()) : row;
    }

    /** For the requests as long as is usual; a long chain takes seconds to open. */
    private Duration limit() {
        return limits.usual().plusMillis((long) (2 * slowestOpening * 1e3));
    }

    private double measurable() {
        return limits.rounds() > 2 ? FULL_SECONDS : QUICK_SECONDS;
    }

    /** Fewer requests than cover the disk are spread over it: its front alone may lie in one layer. */
    private Requests spread(Requests requests, long count) {
        if (requests.step() != requests.bytes() || count >= requests.most()) {
            return requests;
        }
        return new Requests(requests.workload(), requests.depth(), requests.bytes(),
                requests.most() / count * requests.bytes(), requests.most());
    }

    private Row named(Requests requests, long count, List<Double> seconds) {
        return Row.of(requests.workload(), plan.shape().text(), plan.layers(), Program.QEMU, count, seconds);
    }

    private List<String> command(Requests requests, long count, String way) {
        return List.of(img.toString(), "bench", "-f", "qcow2", "-i", way, "-d", Integer.toString(requests.depth()),
                "-c", Long.toString(count), "-s", Integer.toString(requests.bytes()), "-S",
                Long.toString(requests.step()), top.toString());
    }

    /** The time of the requests; of a run that was stopped the least that it can have been. */
    private double seconds(MeasuredProgram.Run run) throws IOException {
        if (run.stopped()) {
            return Math.max(1e-6, run.seconds() - slowestOpening);
        }
        return BenchTime.seconds(run.out())
                .orElseThrow(() -> new IOException("qemu-img bench did not say how long it took"));
    }

    /** {@code qemu-io} with the disk and a read, less {@code qemu-io} without a disk. */
    private Row opening() throws IOException {
        List<Double> seconds = new ArrayList<>();
        List<MeasuredProgram.Run> runs = new ArrayList<>();
        double spent = 0;
        while (runs.size() < limits.rounds() + 2 && spent < limits.usual().toSeconds()) {
            MeasuredProgram.Run bare = MeasuredProgram.run(List.of(io.toString(), "-c", "quit"), limits.usual());
            MeasuredProgram.Run run = MeasuredProgram.run(
                    List.of(io.toString(), "-r", "-f", "qcow2", "-c", "read 0 4k", top.toString()), limits.usual());
            runs.add(run);
            slowestOpening = Math.max(slowestOpening, run.seconds());
            seconds.add(Math.max(1e-6, run.seconds() - bare.seconds()));
            spent += run.seconds();
        }
        return CommandRows.summed(Row.of(Workload.OPEN, plan.shape().text(), plan.layers(), Program.QEMU, 1, seconds),
                runs, -1);
    }

    /** Into a fresh overlay each time; what the overlay's making costs is not counted. */
    private Row writing() throws IOException {
        Path overlay = top.resolveSibling("overlay.qcow2");
        List<Double> seconds = new ArrayList<>();
        List<MeasuredProgram.Run> runs = new ArrayList<>();
        long count = Math.min(TRIAL, plan.clusters());
        double spent = 0;
        for (int round = -1; round < limits.rounds() && spent < limits.usual().toSeconds(); round++) {
            MeasuredProgram.run(List.of(img.toString(), "create", "-q", "-u", "-f", "qcow2", "-F", "qcow2", "-b",
                    top.toString(), overlay.toString(), Long.toString(plan.size())), limits.usual());
            MeasuredProgram.Run run;
            try {
                run = MeasuredProgram.run(List.of(img.toString(), "bench", "-w", "-f", "qcow2", "-i", aio, "-d", "1",
                        "-c", Long.toString(count), "-s", "4096", "-S", "65536", overlay.toString()),
                        limit());
            } finally {
                Files.delete(overlay);
            }
            spent += run.seconds();
            if (round >= 0 || run.stopped()) {
                runs.add(run);
                seconds.add(seconds(run));
            } else {
                long more = (long) (measurable() * count / Math.max(1e-6, seconds(run)));
                count = Math.clamp(more, count, Math.min(2000, plan.clusters()));
            }
        }
        return CommandRows.summed(Row.of(Workload.OVERLAY_WRITE, plan.shape().text(), plan.layers(), Program.QEMU,
                count, seconds), runs, -1);
    }
}
