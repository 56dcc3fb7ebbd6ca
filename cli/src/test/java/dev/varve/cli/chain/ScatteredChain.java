// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** A chain of qcow2 images, the clusters of each at random places, and what its disk reads as. */
final class ScatteredChain {
    static final int CLUSTER = 65_536;

    private final BlockLayer blockLayer = BlockLayer.load();
    private final Path folder;
    private final long size;
    private final Map<Long, Byte> clusters = new LinkedHashMap<>();
    private final Map<Long, Byte> coming = new LinkedHashMap<>();
    private int layers;

    ScatteredChain(Path folder, long size) {
        this.folder = folder;
        this.size = size;
    }

    /** Adds layers on top, each with clusters at random places. */
    ScatteredChain grow(int count, int clustersOfEach, Random random) throws IOException {
        for (int i = 0; i < count; i++) {
            blockLayer.create(NewImage.of("qcow2", file(layers).toString(), size));
            Map<String, Object> options = definition(layers);
            options.put("read-only", false);
            try (BlockGraph graph = blockLayer.newGraph(GraphSettings.DEFAULT);
                    BlockBackend disk = graph.openBackend(graph.add(new NodeDefinition(options)),
                            Permissions.READ_WRITE)) {
                for (int cluster = 0; cluster < clustersOfEach; cluster++) {
                    write(disk, random.nextLong(size / CLUSTER), (byte) random.nextInt());
                }
            }
            layers++;
        }
        return this;
    }

    /** Fills a cluster of the disk with a byte. */
    void write(BlockBackend disk, long cluster, byte content) throws IOException {
        byte[] bytes = new byte[CLUSTER];
        Arrays.fill(bytes, content);
        synchronized (clusters) {
            coming.put(cluster, content);
        }
        disk.write(cluster * CLUSTER, ByteBuffer.wrap(bytes));
        synchronized (clusters) {
            clusters.put(cluster, content);
            coming.remove(cluster);
        }
    }

    /** Adds what the bytes of a cluster may read as now. */
    private void addExpected(long cluster, Set<Byte> expected) {
        synchronized (clusters) {
            expected.add(clusters.getOrDefault(cluster, (byte) 0));
            if (coming.containsKey(cluster)) {
                expected.add(coming.get(cluster));
            }
        }
    }

    /** The clusters that some layer holds. */
    Iterable<Long> held() {
        synchronized (clusters) {
            return List.copyOf(clusters.keySet());
        }
    }

    int layers() {
        return layers;
    }

    Path file(int layer) {
        return folder.resolve("layer" + layer);
    }

    static NodeName name(int layer) {
        return new NodeName("layer" + layer);
    }

    /** A layer without its backing file, to be read. */
    private Map<String, Object> definition(int layer) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("driver", "qcow2");
        options.put("node-name", name(layer).value());
        options.put("read-only", true);
        options.put("file", fileOf(layer));
        return options;
    }

    private Map<String, Object> fileOf(int layer) {
        return new LinkedHashMap<>(Map.of("driver", "file", "filename", file(layer).toString()));
    }

    /** Opens the chain; {@code fileOptions} go to every file, and a driver there goes above it. */
    BlockGraph open(GraphSettings settings, Map<String, Object> fileOptions, boolean writable) throws IOException {
        BlockGraph graph = blockLayer.newGraph(settings);
        for (int layer = 0; layer < layers; layer++) {
            Map<String, Object> options = definition(layer);
            options.put("read-only", !writable || layer < layers - 1);
            Map<String, Object> file = fileOf(layer);
            if (fileOptions.containsKey("driver")) {
                options.put("file", Map.of("driver", fileOptions.get("driver"), "file", file));
            } else {
                file.putAll(fileOptions);
                options.put("file", file);
            }
            if (layer > 0) {
                options.put("backing", name(layer - 1).value());
            }
            graph.add(new NodeDefinition(options));
        }
        return graph;
    }

    /** Creates an image without a backing file and puts it above the active layer of a disk that is in use. */
    void snapshot(BlockGraph graph) throws IOException {
        int top = layers;
        blockLayer.create(NewImage.of("qcow2", file(top).toString(), size));
        Map<String, Object> options = definition(top);
        options.put("read-only", false);
        options.put("backing", null);
        graph.change(editor -> {
            editor.add(new NodeDefinition(options));
            editor.replace(name(top - 1), name(top));
            editor.setBacking(name(top), Optional.of(name(top - 1)));
        });
        layers++;
    }

    /** Compares a cluster with what it must be. */
    void check(BlockBackend disk, long cluster, ByteBuffer buffer) throws IOException {
        Set<Byte> expected = new TreeSet<>();
        addExpected(cluster, expected);
        buffer.clear().limit(4096);
        disk.read(cluster * CLUSTER + 8192, buffer);
        addExpected(cluster, expected);
        for (int i = 0; i < buffer.limit(); i++) {
            if (!expected.contains(buffer.get(i))) {
                throw new AssertionError("byte " + i + " of cluster " + cluster + " is " + buffer.get(i)
                        + ", expected " + expected);
            }
        }
    }
}
