// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.longchain.figures.QemuFigures;
import dev.varve.samples.longchain.figures.Reading;
import dev.varve.samples.process.ChildProcess;
import dev.varve.samples.process.ProgramPath;
import dev.varve.samples.qemu.BenchTime;
import dev.varve.samples.qemu.BlockStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Measures QEMU's tools on chains.
 *
 * @param img the program qemu-img
 * @param io the program qemu-io
 * @param daemon the program qemu-storage-daemon, where there is one
 * @param limit how long one run may take
 */
record QemuRun(Path img, Path io, Optional<Path> daemon, Duration limit) {
    private static final int OPENINGS = 3;
    // A short reading is repeated, and the fastest taken: the second pass is a small difference of two of them.
    private static final double SHORT_SECONDS = 1;
    private static final int SHORT_READINGS = 3;

    /** The tools on the path; empty where one that reads is missing. */
    static Optional<QemuRun> find(Duration limit) {
        Optional<Path> img = ProgramPath.find("qemu-img");
        Optional<Path> io = ProgramPath.find("qemu-io");
        return img.isPresent() && io.isPresent()
                ? Optional.of(new QemuRun(img.get(), io.get(), BlockStream.findDaemon(), limit)) : Optional.empty();
    }

    /** Which programs these are, a line each. */
    List<String> versions() throws IOException {
        List<String> versions = new ArrayList<>(List.of(version(img)));
        versions.add(daemon.isPresent() ? version(daemon.get()) : "QEMU's streaming was not measured: no"
                + " qemu-storage-daemon on the path or in QEMU_STORAGE_DAEMON");
        return versions;
    }

    private String version(Path program) throws IOException {
        List<String> out = ChildProcess.run(List.of(program.toString(), "--version"), limit).out();
        return out.isEmpty() ? program.getFileName() + " of unknown version" : out.getFirst();
    }

    /** Opens and reads the disk, one request at a time, and streams it. */
    QemuFigures measure(MadeChain chain) throws IOException {
        List<String> remarks = new ArrayList<>();
        Opening opening = opening(chain.top());
        Bench once = bench(chain, 1, opening, remarks);
        Bench twice = once.complete() ? bench(chain, 2, opening, remarks) : Bench.NONE;
        Optional<Reading> steady = twice.reading()
                .map(both -> new Reading(both.value() - once.reading().orElseThrow().value(), both.atLeast()))
                .filter(second -> second.value() > 0);
        if (twice.complete() && steady.isEmpty()) {
            remarks.add("reading the disk twice took no longer than reading it once");
        }
        OptionalLong peak = twice.peak().isPresent() ? twice.peak() : once.peak();
        Optional<BlockStream.Streamed> stream = stream(chain, remarks);
        return new QemuFigures(opening.seconds(), once.reading(), steady, peak,
                stream.map(done -> new Reading(done.seconds(), done.stopped())),
                stream.isPresent() && stream.get().peakRss() > 0 ? OptionalLong.of(stream.get().peakRss())
                        : OptionalLong.empty(), remarks);
    }

    /** What reading the disk so many times in one process took. */
    private record Bench(Optional<Reading> reading, OptionalLong peak) {
        static final Bench NONE = new Bench(Optional.empty(), OptionalLong.empty());

        boolean complete() {
            return reading.isPresent() && !reading.get().atLeast();
        }
    }

    private Bench bench(MadeChain chain, int times, Opening opening, List<String> remarks)
            throws IOException {
        ChainPlan plan = chain.plan();
        long requests = times * (plan.size() / VerifiedReader.REQUEST);
        // Without -w qemu-img bench opens read-only; it begins again at the front when it comes to the end.
        List<String> command = List.of(img.toString(), "bench", "-f", "qcow2", "-d", "1", "-s",
                Integer.toString(VerifiedReader.REQUEST), "-c", Long.toString(requests), chain.top().toString());
        ChildProcess.Outcome bench = ChildProcess.run(command, limit);
        String what = times == 1 ? "reading the disk" : "reading the disk twice";
        if (bench.stopped()) {
            remarks.add(what + " was given up after " + limit.toSeconds() + " s");
            // The program's own seconds would not have begun before the disk was open.
            double reading = Math.max(0, bench.seconds() - opening.slowest());
            return new Bench(Optional.of(Reading.atLeast(reading)), bench.residentPeak());
        }
        if (!bench.succeeded()) {
            remarks.add(what + " failed: " + bench.complaint());
            return Bench.NONE;
        }
        OptionalDouble seconds = BenchTime.seconds(bench.out());
        if (seconds.isEmpty()) {
            remarks.add("qemu-img bench did not say how long it took");
            return Bench.NONE;
        }
        double fastest = seconds.getAsDouble();
        for (int i = 1; i < SHORT_READINGS && fastest < SHORT_SECONDS; i++) {
            fastest = Math.min(fastest, BenchTime.seconds(ChildProcess.run(command, limit).out()).orElse(fastest));
        }
        return new Bench(Optional.of(Reading.exactly(fastest)), bench.residentPeak());
    }

    private Optional<BlockStream.Streamed> stream(MadeChain chain, List<String> remarks) throws IOException {
        if (daemon.isEmpty()) {
            return Optional.empty();
        }
        try (Overlay overlay = Overlay.over(chain)) {
            BlockStream.Streamed streamed = BlockStream.run(daemon.get(), overlay.file(), limit);
            if (streamed.stopped()) {
                remarks.add("streaming was given up after " + limit.toSeconds() + " s");
            }
            return Optional.of(streamed);
        } catch (IOException e) {
            remarks.add("streaming failed: " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * What opening took.
     *
     * @param seconds the fastest of a few: the process with the disk minus the process without it; empty if it failed
     * @param slowest the slowest process with the disk
     */
    private record Opening(OptionalDouble seconds, double slowest) {}

    private Opening opening(Path top) throws IOException {
        double bare = Double.POSITIVE_INFINITY;
        double opening = Double.POSITIVE_INFINITY;
        double slowest = 0;
        boolean succeeded = true;
        for (int i = 0; i < OPENINGS && succeeded; i++) {
            ChildProcess.Outcome with = ChildProcess.run(
                    List.of(io.toString(), "-r", "-f", "qcow2", "-c", "quit", top.toString()), limit);
            ChildProcess.Outcome without = ChildProcess.run(List.of(io.toString(), "-c", "quit"), limit);
            succeeded = with.succeeded() && without.succeeded();
            opening = Math.min(opening, with.seconds());
            slowest = Math.max(slowest, with.seconds());
            bare = Math.min(bare, without.seconds());
        }
        OptionalDouble own = succeeded ? OptionalDouble.of(Math.max(0, opening - bare)) : OptionalDouble.empty();
        return new Opening(own, slowest);
    }
}
