// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.longchain.figures.VarveFigures;
import dev.varve.samples.process.ChildProcess;
import dev.varve.samples.process.JavaProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs {@link ChainReader} in a Java process of its own, with the Java and the classes of this one. */
final class ReaderProcess {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    /** The reader's options: a small collector with one thread, so that resident memory is the block layer's. */
    static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

    private ReaderProcess() {}

    static VarveFigures measure(ChainPlan plan, Path graphFile) throws IOException {
        List<String> command = JavaProgram.command(OPTIONS, ChainReader.class, List.of(graphFile.toString(),
                Integer.toString(plan.layers()), Long.toString(plan.size()), plan.shape().name()));
        ChildProcess.Outcome outcome = ChildProcess.run(command, LIMIT);
        if (!outcome.succeeded()) {
            throw new IOException("reading the chain of " + plan.layers() + " failed: "
                    + String.join(System.lineSeparator(), outcome.err()));
        }
        return ReaderLines.parse(outcome.out());
    }
}
