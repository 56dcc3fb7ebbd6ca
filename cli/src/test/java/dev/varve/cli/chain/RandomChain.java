// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A chain of image files of all sorts: raw and qcow2, every cluster size, differing sizes, zero clusters, preallocated
 * clusters, filters between layers. Changes and definitions of it are random.
 */
final class RandomChain {
    private static final int[] CLUSTERS = {512, 4096, 65_536};
    private static final int SECTOR = 512;
    private static final int NO_CUT = 9;

    private final BlockLayer blockLayer = BlockLayer.load();
    private final Path folder;
    private final Random random;
    private final int usualSize;
    private final List<Image> images = new ArrayList<>();

    /** A layer's file. */
    private record Image(String driver, Path file, int cut) {}

    RandomChain(Path folder, Random random, int usualSize) {
        this.folder = folder;
        this.random = random;
        this.usualSize = usualSize;
    }

    int layers() {
        return images.size();
    }

    /** The name of a layer's node, 0 for the lowest. */
    static NodeName name(int layer) {
        return new NodeName("layer" + layer);
    }

    /** The lowest layer that is in the chain of the topmost: a raw image between layers is the last of its chain. */
    int lowestInChain() {
        for (int layer = layers() - 2; layer >= 0; layer--) {
            if (images.get(layer).cut == 0) {
                return layer + 1;
            }
        }
        return 0;
    }

    /** Adds a layer on top and writes into it. */
    void add() throws IOException {
        create();
        change(1 + random.nextInt(12));
    }

    /** Adds an empty layer on top. */
    private void create() throws IOException {
        boolean raw = images.isEmpty() && random.nextInt(3) == 0;
        Path file = folder.resolve("image" + images.size());
        int size = random.nextInt(4) == 0 ? SECTOR * (1 + random.nextInt(2 * usualSize / SECTOR)) : usualSize;
        NewImage image = NewImage.of(raw ? "raw" : "qcow2", file.toString(), size);
        if (!raw) {
            image = image.with("cluster_size", (long) CLUSTERS[random.nextInt(CLUSTERS.length)])
                    .with("compat", random.nextInt(5) == 0 ? "0.10" : "1.1");
            if (random.nextInt(6) == 0) {
                image = image.with("preallocation", "metadata");
            }
        }
        blockLayer.create(image);
        images.add(new Image(raw ? "raw" : "qcow2", file, images.isEmpty() ? NO_CUT : random.nextInt(10)));
    }

    /** Changes the active layer at random. */
    private void change(int times) throws IOException {
        try (BlockGraph graph = graph(true, true);
                BlockBackend disk = graph.openBackend(name(layers() - 1), Permissions.READ_WRITE)) {
            for (int i = 0; i < times; i++) {
                change(disk);
            }
        }
    }

    /** Changes a disk at random. */
    void change(BlockBackend disk) throws IOException {
        int size = (int) disk.size();
        int offset = random.nextInt(size);
        int bytes = Math.min(size - offset, 1 + random.nextInt(random.nextInt(8) == 0 ? 200_000 : 9_000));
        switch (random.nextInt(12)) {
            case 0, 1 -> zero(disk, offset, bytes);
            case 2 -> disk.discard(offset, bytes);
            case 3 -> disk.truncate(size + SECTOR * (random.nextInt(40)), Preallocation.OFF);
            default -> {
                byte[] content = new byte[bytes];
                random.nextBytes(content);
                disk.write(offset, ByteBuffer.wrap(content));
            }
        }
    }

    private void zero(BlockBackend disk, int offset, int bytes) throws IOException {
        try {
            disk.writeZeroes(offset, bytes, random.nextBoolean() ? RequestFlags.MAY_UNMAP : RequestFlags.NONE);
        } catch (dev.varve.api.block.BlockException e) {
            if (e.kind() != dev.varve.api.block.ErrorKind.UNSUPPORTED) {
                throw e;
            }
        }
    }

    /** Puts a new active layer on a disk that is in use. */
    void snapshot(BlockGraph graph) throws IOException {
        Image active = images.removeLast();
        images.add(new Image(active.driver, active.file, NO_CUT));
        create();
        int top = layers() - 1;
        graph.change(editor -> {
            editor.add(definition(top, true, false).with("backing", null));
            editor.replace(name(top - 1), name(top));
            editor.setBacking(name(top), java.util.Optional.of(name(top - 1)));
        });
    }

    /** Opens the chain, all nodes named. */
    BlockGraph graph(boolean collapse, boolean writable) throws IOException {
        BlockGraph graph = blockLayer.newGraph(collapse ? GraphSettings.DEFAULT
                : GraphSettings.DEFAULT.withoutChainCollapse());
        boolean done = false;
        try {
            String below = null;
            for (int layer = 0; layer < layers(); layer++) {
                NodeDefinition definition = definition(layer, writable && layer == layers() - 1, !collapse);
                graph.add(below == null ? definition : definition.with("backing", below));
                below = cut(graph, layer, collapse, writable);
            }
            done = true;
            return graph;
        } finally {
            if (!done) {
                graph.close();
            }
        }
    }

    /** Puts a node between a layer and the next one, now and then. */
    private String cut(BlockGraph graph, int layer, boolean collapse, boolean writable) throws IOException {
        String name = name(layer).value();
        boolean filter = images.get(layer).cut == 1;
        if (layer == layers() - 1 || images.get(layer).cut > 1 || filter && !collapse) {
            return name;
        }
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("driver", filter ? "chain-collapse" : "raw");
        options.put("node-name", "cut" + layer);
        options.put("read-only", true);
        options.put("file", name);
        if (filter) {
            options.put("memory", 65_536L);
            options.put("prefetch", writable);
        } else if (!collapse) {
            options.put("force-share", true);
        }
        graph.add(new NodeDefinition(options));
        return "cut" + layer;
    }

    private NodeDefinition definition(int layer, boolean writable, boolean shared) {
        Image image = images.get(layer);
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("driver", "file");
        file.put("node-name", "file" + layer);
        file.put("filename", image.file.toString());
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("driver", image.driver);
        options.put("node-name", name(layer).value());
        options.put("read-only", !writable);
        options.put("discard", "unmap");
        if (shared) {
            options.put("force-share", true);
        }
        options.put("file", file);
        return new NodeDefinition(options);
    }
}
