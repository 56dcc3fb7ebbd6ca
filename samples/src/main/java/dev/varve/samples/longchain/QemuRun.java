// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.longchain.figures.QemuFigures;
import dev.varve.samples.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures QEMU's tools on a chain.
 *
 * @param img the program qemu-img
 * @param io the program qemu-io
 * @param limit how long one run may take
 */
record QemuRun(Path img, Path io, Duration limit) {
    private static final Pattern COMPLETED = Pattern.compile("Run completed in ([0-9.]+) seconds\\.");
    private static final int OPENINGS = 3;

    /** The tools on the path; empty where one is missing. */
    static Optional<QemuRun> find(Duration limit) {
        Optional<Path> img = onPath("qemu-img");
        Optional<Path> io = onPath("qemu-io");
        return img.isPresent() && io.isPresent() ? Optional.of(new QemuRun(img.get(), io.get(), limit))
                : Optional.empty();
    }

    private static Optional<Path> onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL).splitAsStream(path)
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The first line of {@code qemu-img --version}. */
    String version() throws IOException {
        List<String> out = ChildProcess.run(List.of(img.toString(), "--version"), limit).out();
        return out.isEmpty() ? "qemu-img of unknown version" : out.getFirst();
    }

    /** Reads the whole disk twice, one request at a time, and opens it. */
    QemuFigures measure(ChainPlan plan, Path top) throws IOException {
        long requests = 2 * (plan.size() / ChainReader.REQUEST);
        // Without -w qemu-img bench opens read-only; it begins again at the front when it comes to the end.
        ChildProcess.Outcome bench = ChildProcess.run(List.of(img.toString(), "bench", "-f", "qcow2", "-d", "1",
                "-s", Integer.toString(ChainReader.REQUEST), "-c", Long.toString(requests), top.toString()), limit);
        if (bench.stopped()) {
            return new QemuFigures(OptionalDouble.empty(), OptionalDouble.empty(), bench.residentPeak(),
                    "qemu-img bench was stopped after " + limit.toSeconds() + " s");
        }
        if (!bench.succeeded()) {
            return QemuFigures.none("qemu-img bench failed: " + bench.complaint());
        }
        OptionalDouble seconds = OptionalDouble.empty();
        for (String line : bench.out()) {
            Matcher completed = COMPLETED.matcher(line);
            if (completed.find()) {
                seconds = OptionalDouble.of(Double.parseDouble(completed.group(1)));
            }
        }
        String remark = seconds.isPresent() ? "" : "qemu-img bench did not say how long it took";
        return new QemuFigures(seconds, openSeconds(top), bench.residentPeak(), remark);
    }

    /** The fastest of a few: the process with the disk minus the process without it. */
    private OptionalDouble openSeconds(Path top) throws IOException {
        double bare = Double.POSITIVE_INFINITY;
        double opening = Double.POSITIVE_INFINITY;
        for (int i = 0; i < OPENINGS; i++) {
            ChildProcess.Outcome with = ChildProcess.run(
                    List.of(io.toString(), "-r", "-f", "qcow2", "-c", "quit", top.toString()), limit);
            ChildProcess.Outcome without = ChildProcess.run(List.of(io.toString(), "-c", "quit"), limit);
            if (!with.succeeded() || !without.succeeded()) {
                return OptionalDouble.empty();
            }
            opening = Math.min(opening, with.seconds());
            bare = Math.min(bare, without.seconds());
        }
        return OptionalDouble.of(Math.max(0, opening - bare));
    }
}
