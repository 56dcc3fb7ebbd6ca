// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The power fails while snapshots are taken, applied and removed: the disk shows what it showed before or what it
 * should show after, so do all snapshots, and refcounts are nowhere too low.
 */
class SnapshotPowerCutTest {
    private static final int SIZE = 200 << 10;

    @TempDir
    Path folder;

    /** What the image may show while an operation is under way. */
    private record Stage(int end, List<byte[]> disks, List<List<byte[]>> snapshots) {}

    @ParameterizedTest
    @CsvSource({"512, 16, 1.1", "512, 2, 1.1", "4096, 16, 0.10", "65536, 16, 1.1"})
    void powerCut_duringSnapshotOperations_showsBeforeOrAfter(int clusterSize, String refcountBits, String compat)
            throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        try {
            run(new Random(seed), Images.create(SIZE, "cluster_size", Integer.toString(clusterSize), "refcount_bits",
                    refcountBits, "compat", compat));
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private void run(Random random, MemoryFile file) throws IOException, InterruptedException {
        OverlayNode node = Images.open(file);
        byte[] model = new byte[SIZE];
        List<byte[]> kept = new ArrayList<>();
        fill(node, model, random);
        node.flush();
        MemoryFile initial = file.copy();
        file.record();
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            byte[] before = model.clone();
            List<byte[]> keptBefore = new ArrayList<>(kept);
            int choice = kept.isEmpty() ? 0 : random.nextInt(3);
            if (choice == 0 && kept.size() < 2) {
                SnapshotImage.snapshots(node).create("s");
                kept.add(model.clone());
            } else {
                int which = random.nextInt(kept.size());
                SnapshotInfo info = SnapshotImage.snapshots(node).list().get(which);
                if (choice == 1) {
                    SnapshotImage.snapshots(node).apply(info.id());
                    model = kept.get(which).clone();
                } else {
                    SnapshotImage.snapshots(node).delete(info.id());
                    kept.remove(which);
                }
            }
            stages.add(new Stage(file.journal().size(), List.of(before, model.clone()),
                    List.of(keptBefore, new ArrayList<>(kept))));
            fill(node, model, random);
            node.flush();
            // The writes between the operations are other tests' subject.
            stages.add(new Stage(file.journal().size(), List.of(), List.of()));
        }
        cut(initial, file.journal(), stages, random);
    }

    private static void fill(OverlayNode node, byte[] model, Random random) throws IOException {
        for (int i = 0; i < 3; i++) {
            int offset = random.nextInt(SIZE);
            byte[] data = new byte[Math.min(SIZE - offset, 1 + random.nextInt(20_000))];
            random.nextBytes(data);
            node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
            System.arraycopy(data, 0, model, offset, data.length);
        }
    }

    private void cut(MemoryFile initial, List<MemoryFile.Write> journal, List<Stage> stages, Random random)
            throws IOException, InterruptedException {
        MemoryFile durable = initial;
        int since = 0;
        int stage = 0;
        for (int i = 0; i <= journal.size(); i++) {
            while (stage < stages.size() - 1 && stages.get(stage).end() < i) {
                stage++;
            }
            if (!stages.get(stage).disks().isEmpty()) {
                MemoryFile cut = durable.copy();
                journal.subList(since, i).stream().filter(write -> random.nextBoolean()).forEach(cut::replay);
                verify(cut, stages.get(stage), random.nextInt(25) == 0, "cut before write " + i);
            }
            if (i < journal.size() && journal.get(i).bytes().length == 0) {
                journal.subList(since, i).forEach(durable::replay);
                since = i + 1;
            }
        }
    }

    private void verify(MemoryFile cut, Stage stage, boolean withQemu, String message)
            throws IOException, InterruptedException {
        OverlayNode node = Images.openReadOnly(cut);
        byte[] seen = SnapshotImage.read(node);
        List<SnapshotInfo> infos = SnapshotImage.snapshots(node).list();
        List<CheckFinding> findings = new ArrayList<>();
        node.check(findings::add);
        node.close();
        boolean old = Arrays.equals(stage.disks().get(0), seen);
        if (!old) {
            assertArrayEquals(stage.disks().get(1), seen, message);
        }
        List<byte[]> expected = stage.snapshots().get(0).size() == infos.size() ? stage.snapshots().get(0)
                : stage.snapshots().get(1);
        assertEquals(expected.size(), infos.size(), message);
        for (int i = 0; i < infos.size(); i++) {
            SnapshotImage.assertShows(cut, infos.get(i).id(), expected.get(i), message);
        }
        for (CheckFinding finding : findings) {
            assertTrue(finding.text().startsWith("Leaked") || finding.text().contains("OFLAG_COPIED"),
                    () -> message + ": " + findings);
        }
        if (withQemu && QemuImg.isInstalled()) {
            Path image = folder.resolve("cut.qcow2");
            cut.dump(image);
            QemuImg.run("qemu-img", "check", "-q", "-r", "leaks", image.toString());
            QemuImg.Result check = QemuImg.check(image);
            assertEquals(0, check.exitCode(), () -> message + "\n" + check.output());
            Files.delete(image);
        }
    }
}
