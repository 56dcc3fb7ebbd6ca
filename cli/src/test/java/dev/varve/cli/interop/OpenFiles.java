// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of a folder that this process has open, as far as the system tells. */
final class OpenFiles {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private OpenFiles() {
    }

    static List<String> below(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        if (Files.isDirectory(DESCRIPTORS)) {
            String prefix = folder.toRealPath() + "/";
            try (DirectoryStream<Path> links = Files.newDirectoryStream(DESCRIPTORS)) {
                links.forEach(link -> addIfBelow(prefix, link, found));
            }
        }
        return found;
    }

    private static void addIfBelow(String prefix, Path link, List<String> found) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            if (target.startsWith(prefix)) {
                found.add(target);
            }
        } catch (IOException e) {
            // The descriptor of the listing itself, closed since.
            return;
        }
    }
}
