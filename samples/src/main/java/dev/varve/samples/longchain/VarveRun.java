// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.longchain.figures.ReadFigures;
import dev.varve.samples.longchain.figures.StreamFigures;
import dev.varve.samples.longchain.figures.VarveFigures;
import dev.varve.samples.process.ChildProcess;
import dev.varve.samples.process.JavaProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Measures Varve on a chain, in Java processes of their own with the Java and the classes of this one. */
final class VarveRun {
    /**
     * The options of both processes: one small heap for chains of every length, so that their memory compares, and a
     * collector with one thread, so that resident memory is the block layer's.
     */
    static final List<String> OPTIONS = List.of("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders");

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private VarveRun() {}

    static VarveFigures measure(MadeChain chain, boolean collapse) throws IOException {
        ReadFigures read = FigureLines.parseRead(run(ChainReader.class, chain, chain.graphFile(), collapse));
        try (Overlay overlay = Overlay.over(chain)) {
            StreamFigures stream =
                    FigureLines.parseStream(run(ChainStreamer.class, chain, overlay.graphFile(), collapse));
            return new VarveFigures(read, stream);
        }
    }

    private static List<String> run(Class<?> program, MadeChain chain, Path graphFile, boolean collapse)
            throws IOException {
        MeasuredTask task = new MeasuredTask(graphFile, chain.plan(), collapse);
        ChildProcess.Outcome outcome = ChildProcess.run(JavaProgram.command(OPTIONS, program, task.args()), LIMIT);
        if (!outcome.succeeded()) {
            throw new IOException(program.getSimpleName() + " failed on the chain of " + chain.plan().layers() + ": "
                    + String.join(System.lineSeparator(), outcome.err()));
        }
        return outcome.out();
    }
}
