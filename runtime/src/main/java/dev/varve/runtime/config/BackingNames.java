// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Names of backing files, as they are to stand in an image. */
public final class BackingNames {
    private BackingNames() {
    }

    /**
     * A name that stands in one image, for another image. Absolute names and those of a protocol stay; a relative one
     * stays where both images are in one folder, and leads to the same file from the other folder elsewhere.
     *
     * @param name as it stands in the first image, or as it was given if there is none
     * @param from the first image's file name; empty for a name that is relative to the working directory
     * @param to the other image's file name
     * @return the name for the other image; absolute where no relative one leads there
     */
    public static String moved(String name, String from, String to) {
        if (!FileNames.isRelative(name)) {
            return name;
        }
        try {
            Path source = folder(from);
            Path target = folder(to);
            if (source.equals(target)) {
                return name;
            }
            Path file = source.resolve(name).normalize();
            return target.getRoot().equals(file.getRoot()) ? target.relativize(file).toString() : file.toString();
        } catch (IOException | InvalidPathException e) {
            return name;
        }
    }

    /** Behind all links, so that two dots lead where they seem to. */
    private static Path folder(String filename) throws IOException {
        Path parent = Path.of(filename).getParent();
        return (filename.isEmpty() || parent == null ? Path.of("") : parent).toRealPath();
    }

    /**
     * Tells whether a name holds a whole definition.
     *
     * @param name of an image
     * @return true for {@code json:}
     */
    public static boolean isDefinition(String name) {
        return name.startsWith(FileNames.JSON);
    }
}
