// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Java program in a process of its own, with the Java and the classes of this one. */
public final class JavaProgram {
    private JavaProgram() {}

    /**
     * The command that starts it.
     *
     * @param options more options of the Java virtual machine
     * @param main its class
     * @param args its arguments
     * @return what {@link ChildProcess#run} takes
     */
    public static List<String> command(List<String> options, Class<?> main, List<String> args) {
        return Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED"),
                options.stream(),
                Stream.of("-cp", classPath(), main.getName()),
                args.stream())
                .flatMap(words -> words).toList();
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
