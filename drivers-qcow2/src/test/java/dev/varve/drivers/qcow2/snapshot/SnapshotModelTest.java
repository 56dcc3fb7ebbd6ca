// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.QemuImg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random writes, snapshots taken, applied and removed, against copies in memory. */
class SnapshotModelTest {
    private static final int STEPS = 300;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"512, 16, 1.1", "512, 64, 1.1", "4096, 8, 1.1", "4096, 16, 0.10", "65536, 16, 1.1", "65536, 4, 1.1"})
    void randomOperations_withSnapshots_equalCopiesAndLeaveACleanImage(int clusterSize, String refcountBits,
            String compat) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        String name = "seed " + seed + ", cluster size " + clusterSize;
        try {
            run(new Random(seed), clusterSize, refcountBits, compat, name);
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(name, e);
        }
    }

    private void run(Random random, int clusterSize, String refcountBits, String compat, String name)
            throws IOException, InterruptedException {
        int size = 300 << 10;
        MemoryFile file = Images.create(size, "cluster_size", Integer.toString(clusterSize), "refcount_bits",
                refcountBits, "compat", compat);
        OverlayNode node = Images.open(file);
        byte[] model = new byte[size];
        Map<String, byte[]> kept = new LinkedHashMap<>();
        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(24)) {
                case 0 -> {
                    SnapshotInfo info = SnapshotImage.snapshots(node).create("s" + i);
                    assertEquals("s" + i, info.name());
                    kept.put(info.id(), model.clone());
                }
                case 1 -> model = apply(node, model, kept, random);
                case 2 -> delete(node, kept, random);
                case 3 -> {
                    node.close();
                    node = Images.open(file);
                }
                case 4 -> model = compat.equals("0.10") ? model : grow(node, model, random);
                case 5 -> SnapshotImage.assertClean(node, name);
                default -> SnapshotImage.change(node, model, random);
            }
            if (random.nextInt(6) == 0) {
                assertArrayEquals(model, SnapshotImage.read(node), name + ", step " + i);
            }
        }
        assertArrayEquals(model, SnapshotImage.read(node), name);
        node.close();
        for (Map.Entry<String, byte[]> each : kept.entrySet()) {
            byte[] seen = Arrays.copyOf(each.getValue(), Math.min(each.getValue().length, model.length));
            SnapshotImage.assertShows(file, each.getKey(), seen, name + ", snapshot " + each.getKey());
        }
        if (QemuImg.isInstalled()) {
            SnapshotImage.assertQemuClean(file, folder, name);
        }
    }

    private static byte[] apply(OverlayNode node, byte[] model, Map<String, byte[]> kept, Random random)
            throws IOException {
        if (kept.isEmpty()) {
            return model;
        }
        String id = any(kept, random);
        SnapshotImage.snapshots(node).apply(id);
        assertEquals(kept.get(id).length, node.size());
        return kept.get(id).clone();
    }

    private static void delete(OverlayNode node, Map<String, byte[]> kept, Random random) throws IOException {
        if (!kept.isEmpty()) {
            String id = any(kept, random);
            SnapshotImage.snapshots(node).delete(id);
            kept.remove(id);
            assertEquals(List.copyOf(kept.keySet()),
                    SnapshotImage.snapshots(node).list().stream().map(SnapshotInfo::id).toList());
        }
    }

    private static byte[] grow(OverlayNode node, byte[] model, Random random) throws IOException {
        int size = model.length + 512 * random.nextInt(100);
        node.truncate(size, Preallocation.OFF, RequestFlags.NONE);
        return Arrays.copyOf(model, size);
    }

    private static String any(Map<String, byte[]> kept, Random random) {
        return new ArrayList<>(kept.keySet()).get(random.nextInt(kept.size()));
    }
}
