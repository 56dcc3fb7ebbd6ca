// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where programs are. */
public final class ProgramPath {
    private ProgramPath() {}

    /**
     * Looks for a program in the folders of the variable PATH.
     *
     * @param program its file name
     * @return its file; empty where there is none
     */
    public static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL).splitAsStream(path)
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
