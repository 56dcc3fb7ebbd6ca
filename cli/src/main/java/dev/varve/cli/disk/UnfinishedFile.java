// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A new file that a command is making. Closing it before {@link #finish}, or ending the process, removes it: nothing
 * half-written stays. A file that was there before is never removed.
 */
public final class UnfinishedFile implements AutoCloseable {
    private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(UnfinishedFile::removeAll, "varve-unfinished"));
    }

    private final Optional<Path> path;

    private UnfinishedFile(Optional<Path> path) {
        this.path = path;
    }

    /**
     * Watches over a file that is about to be made.
     *
     * @param name a disk name
     * @return to be finished, and closed in any case
     */
    public static UnfinishedFile of(String name) {
        Optional<Path> path = LocalFile.of(name).map(Path::toAbsolutePath)
                .filter(file -> !Files.exists(file, LinkOption.NOFOLLOW_LINKS));
        path.ifPresent(FILES::add);
        return new UnfinishedFile(path);
    }

    /**
     * Watches over nothing.
     *
     * @return where no file is made
     */
    public static UnfinishedFile none() {
        return new UnfinishedFile(Optional.empty());
    }

    /** The file is complete: it stays. */
    public void finish() {
        path.ifPresent(FILES::remove);
    }

    @Override
    public void close() throws IOException {
        if (path.isPresent() && FILES.remove(path.get())) {
            Files.deleteIfExists(path.get());
        }
    }

    private static void removeAll() {
        for (Path file : FILES) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // The process is ending: there is nobody left to tell.
            }
        }
    }
}
