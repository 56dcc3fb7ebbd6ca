// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** All source files of the reactor, read and parsed once for all laws. */
final class SourceTree {
    /** The folder that holds the modules. */
    static final Path ROOT = Path.of(System.getProperty("varve.root", "..")).toAbsolutePath().normalize();

    private static final List<SourceFile> FILES = parse();

    private SourceTree() {}

    static List<SourceFile> files() {
        return FILES;
    }

    /** Product code only, module declarations left out. */
    static List<SourceFile> mainFiles() {
        return FILES.stream().filter(file -> file.main() && !file.isModuleInfo()).toList();
    }

    private static List<SourceFile> parse() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<SourceFile> files = new ArrayList<>();
            for (Path folder : sourceFolders()) {
                // One task a folder: a task refuses a second module declaration.
                for (Path file : javaFiles(folder.resolve("java"))) {
                    files.add(parse(compiler, manager, folder, file));
                }
            }
            return List.copyOf(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceFile parse(JavaCompiler compiler, StandardJavaFileManager manager, Path folder, Path file)
            throws IOException {
        JavacTask task = (JavacTask) compiler.getTask(
                null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjects(file));
        CompilationUnitTree unit = task.parse().iterator().next();
        boolean main = folder.endsWith("main");
        String module = ROOT.relativize(folder.getParent().getParent()).toString();
        return new SourceFile(
                module, main, ROOT.relativize(file), text(file), unit, Trees.instance(task));
    }

    // Not as UTF-8: a file that is not even that must reach the law about characters, not break the reading.
    private static List<String> text(Path file) throws IOException {
        return List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1));
    }

    /** The folders {@code src/main} and {@code src/test} of the modules that the reactor builds. */
    private static List<Path> sourceFolders() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String module : Pom.read(ROOT.resolve("pom.xml")).modules().stream().sorted().toList()) {
            for (String kind : List.of("main", "test")) {
                Path folder = ROOT.resolve(module).resolve("src").resolve(kind);
                if (Files.isDirectory(folder.resolve("java"))) {
                    folders.add(folder);
                }
            }
        }
        return folders;
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
