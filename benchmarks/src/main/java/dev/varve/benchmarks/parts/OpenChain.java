// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.parts;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A chain in a temporary folder whose files are mapped into memory, opened read-only. */
final class OpenChain implements AutoCloseable {
    /** The virtual size of the disk, in bytes. */
    static final long SIZE = 64L << 20;

    private final Path folder;
    private final Path top;
    private final GraphSettings settings;
    private final BlockLayer layer = BlockLayer.load();
    private BlockGraph graph;
    private BlockBackend disk;

    private OpenChain(Path folder, Path top, GraphSettings settings) throws IOException {
        this.folder = folder;
        this.top = top;
        this.settings = settings.withDriver(new MappedFileDriver());
        this.graph = layer.newGraph(this.settings);
        this.disk = open();
    }

    /** Makes a chain of a shape and opens it. */
    static OpenChain of(String shape, int layers, GraphSettings settings) throws IOException {
        Path folder = Files.createTempDirectory("varve-parts");
        ChainPlan plan = new ChainPlan(layers, SIZE, ChainShape.valueOf(shape.toUpperCase(Locale.ROOT)));
        return new OpenChain(folder, new ChainWriter(plan).write(folder), settings);
    }

    BlockBackend disk() {
        return disk;
    }

    /** Closes the disk and opens it again, with nothing remembered. */
    void reopen() throws IOException {
        graph.close();
        graph = layer.newGraph(settings);
        disk = open();
    }

    private BlockBackend open() throws IOException {
        NodeName root = graph.add(layer.parseName(top.toString()).with("driver", "qcow2").with("read-only", true));
        return graph.openBackend(root, Permissions.READ);
    }

    @Override
    public void close() throws IOException {
        graph.close();
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = new ArrayList<>(files.toList());
        }
        for (Path file : all.reversed()) {
            Files.delete(file);
        }
    }
}
