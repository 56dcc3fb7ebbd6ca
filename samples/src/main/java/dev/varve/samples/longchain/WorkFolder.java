// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The folder in which chains are made that nobody wants to keep. */
final class WorkFolder {
    // Linux's file system in memory: what is streamed there does not wait for a disk.
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "varve-demo";
    // A chain, an overlay with the same data, and as much for others.
    private static final int ROOM = 4;
    private static final long LAYER_BYTES = 5L * ChainPlan.CLUSTER;

    private WorkFolder() {}

    /** Makes a folder: in memory where there is room for the chain, its copy and as much again. */
    static Path make(ChainPlan largest) throws IOException {
        long needed = ROOM * (largest.size() + largest.layers() * LAYER_BYTES);
        boolean inMemory = Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= needed;
        return inMemory ? Files.createTempDirectory(MEMORY, PREFIX) : Files.createTempDirectory(PREFIX);
    }

    /** Deletes a folder and what is in it. */
    static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = new ArrayList<>(files.toList());
        }
        for (Path file : all.reversed()) {
            Files.delete(file);
        }
    }
}
