// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.longchain.figures.VarveFigures;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs {@link ChainReader} in a Java process of its own, with the Java and the classes of this one. */
final class ReaderProcess {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    /** The reader's options: a small collector with one thread, so that resident memory is the block layer's. */
    static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

    private ReaderProcess() {}

    static VarveFigures measure(ChainPlan plan, Path graphFile) throws IOException {
        List<String> command = Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED"),
                OPTIONS.stream(),
                Stream.of("-cp", classPath(), ChainReader.class.getName(), graphFile.toString(),
                        Integer.toString(plan.layers()), Long.toString(plan.size()), plan.shape().name()))
                .flatMap(words -> words).toList();
        ChildProcess.Outcome outcome = ChildProcess.run(command, LIMIT);
        if (!outcome.succeeded()) {
            throw new IOException("reading the chain of " + plan.layers() + " failed: "
                    + String.join(System.lineSeparator(), outcome.err()));
        }
        return ReaderLines.parse(outcome.out());
    }

    /** Where this program's classes are, also where it was started from a module path. */
    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(property -> System.getProperty(property, ""))
                .flatMap(path -> Pattern.compile(File.pathSeparator, Pattern.LITERAL).splitAsStream(path))
                .filter(entry -> !entry.isEmpty())
                .flatMap(entry -> holdsJars(Path.of(entry)) ? Stream.of(entry, Path.of(entry, "*").toString())
                        : Stream.of(entry))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean holdsJars(Path entry) {
        return Files.isDirectory(entry) && !Files.isDirectory(entry.resolve("META-INF"));
    }
}
