// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What two names of one file have in common. */
final class FileIdentity {
    private FileIdentity() {
    }

    /** The path behind all symbolic links, or the name itself where it is not that of an existing file. */
    static String of(String filename) {
        try {
            return Path.of(filename).toRealPath().toString();
        } catch (IOException | InvalidPathException e) {
            return filename;
        }
    }
}
