// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What two names of one file have in common. Remembers what folders are behind their links, since the files of a chain
 * mostly lie in one. Confined to one opening.
 */
final class FileIdentity {
    /** Elsewhere one file may be found by names that differ in case, which only the whole path settles. */
    private static final boolean EXACT_NAMES = "Linux".equals(System.getProperty("os.name"));

    private final Map<Path, Path> folders = new HashMap<>();

    /** The path behind all symbolic links, or the name itself where it is not that of an existing file. */
    String of(String filename) {
        try {
            Path path = Path.of(filename).toAbsolutePath();
            Path folder = path.getParent();
            Path name = path.getFileName();
            return folder != null && isPlain(path, name) ? behindLinks(folder).resolve(name).toString()
                    : path.toRealPath().toString();
        } catch (IOException | InvalidPathException e) {
            return filename;
        }
    }

    private static boolean isPlain(Path path, @Nullable Path name) throws IOException {
        if (!EXACT_NAMES || name == null || name.toString().equals(".") || name.toString().equals("..")) {
            return false;
        }
        return !Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isSymbolicLink();
    }

    private Path behindLinks(Path folder) throws IOException {
        Path known = folders.get(folder);
        if (known == null) {
            known = folder.toRealPath();
            folders.put(folder, known);
        }
        return known;
    }
}
