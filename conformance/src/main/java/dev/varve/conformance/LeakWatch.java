// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.spi.BlockDriver;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sees what a test leaves behind: threads, open files in its folder, devices that a node still has open. */
final class LeakWatch {
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());

    /** Lets a runtime start what it starts once a process, with its first disk, and keeps. */
    static BlockLayer warm(BlockLayer layer) {
        MemoryDisk disk = new MemoryDisk("first", SparseContent.ofSize(0));
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(disk))) {
            graph.openBackend(graph.add(disk.definition()), Permissions.READ).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return layer;
    }

    void assertNothingLeft(Path folder, Collection<BlockDriver> devices) throws IOException {
        for (BlockDriver device : devices) {
            if (device instanceof MemoryDisk disk && disk.openNodes() != 0) {
                throw new AssertionError("device '" + disk.name() + "' is still open in " + disk.openNodes()
                        + " nodes");
            }
        }
        List<String> files = openFiles(folder);
        if (!files.isEmpty()) {
            throw new AssertionError("files are still open: " + files);
        }
        assertNoThreadLeft();
    }

    /** Only Linux tells which files a process has open. */
    private static List<String> openFiles(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        if (!Files.isDirectory(OPEN_FILES)) {
            return found;
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(OPEN_FILES)) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith(folder.toRealPath().toString())) {
                    found.add(target);
                }
            }
        }
        return found;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // Closed since the folder was listed, as the listing itself is.
            return "";
        }
    }

    private void assertNoThreadLeft() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && !isOfTheJvm(thread) && !ends(thread)) {
                throw new AssertionError("a thread is left: " + thread + " at "
                        + List.of(thread.getStackTrace()));
            }
        }
    }

    private static boolean isOfTheJvm(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return group == null || group.getParent() == null || thread.getName().startsWith("ForkJoinPool.commonPool")
                || thread.getName().startsWith("junit-");
    }

    private static boolean ends(Thread thread) {
        try {
            return thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
