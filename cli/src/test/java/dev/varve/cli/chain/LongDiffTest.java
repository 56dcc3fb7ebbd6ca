// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.RecordingFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What {@code changesSince} reads in a chain of 300 layers grows with the changes, not with the disk. */
class LongDiffTest {
    private static final int LAYERS = 300;
    private static final int CLUSTER = 4096;
    private static final long SIZE = 400L << 20;
    private static final long TABLE = 2L << 20;

    private final BlockLayer layer = BlockLayer.load();
    private final RecordingFilter recorder = new RecordingFilter("recorder");

    @TempDir
    private Path folder;

    private Map<String, Object> storage(int number) {
        return Map.of("driver", "file", "filename", folder.resolve("layer" + number).toString());
    }

    private void make(int number, Set<Long> clusters) throws IOException {
        layer.create(NewImage.of("qcow2", folder.resolve("layer" + number).toString(), SIZE)
                .with("cluster_size", (long) CLUSTER));
        NodeDefinition alone = new NodeDefinition(Map.of("driver", "qcow2", "file", storage(number)));
        try (BlockBackend disk = layer.open(alone, Permissions.READ_WRITE, GraphSettings.DEFAULT)) {
            for (long cluster : clusters) {
                disk.write(cluster * CLUSTER, ByteBuffer.allocate(CLUSTER).put(0, (byte) (number + 1)));
            }
        }
    }

    private NodeDefinition chain() {
        Map<String, Object> below = null;
        for (int number = 0; number < LAYERS; number++) {
            Map<String, Object> options = new LinkedHashMap<>();
            options.put("driver", "qcow2");
            options.put("node-name", "layer" + number);
            options.put("read-only", true);
            options.put("file", recorder.above(storage(number)).options());
            options.put("backing", below);
            below = options;
        }
        return new NodeDefinition(below);
    }

    /** The reads that the changes since a layer take, which are the clusters that are expected. */
    private int reads(BlockGraph graph, BlockBackend top, int since, Set<Long> expected) throws IOException {
        try (BlockBackend older = graph.openBackend(new NodeName("layer" + since), Permissions.READ)) {
            recorder.forget();
            Set<Long> told = new TreeSet<>();
            for (Iterator<Extent> changes = top.changesSince(older); changes.hasNext();) {
                Extent extent = changes.next();
                for (long at = extent.offset(); at < extent.end(); at += CLUSTER) {
                    told.add(at / CLUSTER);
                }
            }
            assertEquals(expected, told);
        }
        return recorder.requests(Operation.READ).size();
    }

    @Test
    void changesSince_ofThreeHundredLayers_readsMetadataForTheChangesAlone(TestReporter reporter) throws IOException {
        long seed = Long.getLong("varve.diff.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        Set<Long> base = new TreeSet<>();
        for (long at = 0; at < SIZE; at += TABLE) {
            base.add(at / CLUSTER);
        }
        make(0, base);
        Set<Long> all = new TreeSet<>();
        Set<Long> late = new TreeSet<>();
        int writtenLate = 0;
        for (int number = 1; number < LAYERS; number++) {
            // All layers together change one cluster in a hundred, many of them in tables that the base has too.
            Set<Long> own = new TreeSet<>();
            for (int i = 0; i < SIZE / CLUSTER / 100 / LAYERS; i++) {
                own.add(random.nextLong(SIZE / CLUSTER));
            }
            make(number, own);
            all.addAll(own);
            if (number >= LAYERS - 10) {
                late.addAll(own);
                writtenLate += own.size();
            }
        }
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(recorder));
                BlockBackend top = graph.openBackend(graph.add(chain()), Permissions.READ)) {
            int few = reads(graph, top, LAYERS - 11, late);
            int none = reads(graph, top, LAYERS - 1, Set.of());
            int many = reads(graph, top, 0, all);
            reporter.publishEntry("reads", none + " for none, " + few + " for " + late.size() + ", " + many + " for "
                    + all.size() + " clusters");
            assertEquals(0, none, "no change takes no read");
            // At most an L1 table a layer, and an L2 table twice for each change: to find it, and to tell what it is.
            assertTrue(few <= 2 * writtenLate + 2 * 10, () -> few + " reads, seed " + seed);
            assertTrue(many <= 3 * all.size() + 2 * LAYERS, () -> many + " reads, seed " + seed);
        }
    }
}
