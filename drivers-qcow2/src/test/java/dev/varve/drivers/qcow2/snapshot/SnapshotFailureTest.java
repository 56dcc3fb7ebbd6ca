// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The storage fails at any write of a snapshot operation: nothing is lost, and no refcount is too low. */
class SnapshotFailureTest {
    private static final int SIZE = 300 << 10;

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 65536})
    void failedWrite_inAnyOperation_losesNothing(int clusterSize) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        for (int writes = 0; writes < 60; writes++) {
            for (int operation = 0; operation < 3; operation++) {
                String message = "seed " + seed + ", operation " + operation + ", write " + writes;
                fail(new Random(seed), clusterSize, operation, writes, message);
            }
        }
    }

    private static void fail(Random random, int clusterSize, int operation, int writes, String message)
            throws IOException {
        MemoryFile file = Images.create(SIZE, "cluster_size", Integer.toString(clusterSize));
        OverlayNode node = Images.open(file);
        byte[] model = new byte[SIZE];
        byte[] kept = fill(node, model, random).clone();
        SnapshotImage.snapshots(node).create("kept");
        byte[] now = fill(node, model, random).clone();
        node.flush();
        file.failWritesAfter(writes);
        try {
            switch (operation) {
                case 0 -> SnapshotImage.snapshots(node).create("new");
                case 1 -> SnapshotImage.snapshots(node).apply("kept");
                default -> SnapshotImage.snapshots(node).delete("kept");
            }
        } catch (IOException e) {
            // What this is about.
        }
        file.failWritesAfter(Integer.MAX_VALUE);
        try {
            node.flush();
            node.close();
        } catch (IOException e) {
            // Poisoned: the file stays as it is.
        }
        assertUsable(file, operation, now, kept, message);
    }

    private static void assertUsable(MemoryFile file, int operation, byte[] now, byte[] kept, String message)
            throws IOException {
        OverlayNode again = Images.open(file);
        List<CheckFinding> findings = new ArrayList<>();
        again.check(findings::add);
        for (CheckFinding finding : findings) {
            assertTrue(finding.text().startsWith("Leaked") || finding.text().contains("OFLAG_COPIED"),
                    () -> message + ": " + findings);
        }
        byte[] seen = SnapshotImage.read(again);
        boolean applied = operation == 1 && Arrays.equals(kept, seen);
        assertArrayEquals(applied ? kept : now, seen, message);
        List<String> names = SnapshotImage.snapshots(again).list().stream().map(SnapshotInfo::name).toList();
        assertTrue(names.contains("kept") || operation == 2, message);
        if (names.contains("kept")) {
            again.close();
            SnapshotImage.assertShows(file, "kept", kept, message);
            again = Images.open(file);
        }
        // Writing on must not reach what the snapshot shows.
        again.write(0, ByteBuffer.allocate(SIZE), RequestFlags.NONE);
        again.close();
        if (names.contains("kept")) {
            SnapshotImage.assertShows(file, "kept", kept, message);
        }
    }

    private static byte[] fill(OverlayNode node, byte[] model, Random random) throws IOException {
        for (int i = 0; i < 8; i++) {
            SnapshotImage.change(node, model, random);
        }
        return model;
    }
}
