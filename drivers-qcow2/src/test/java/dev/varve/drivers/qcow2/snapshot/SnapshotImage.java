// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.SnapshotStore;
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

/** What tests of snapshots do again and again. */
final class SnapshotImage {
    private SnapshotImage() {
    }

    static SnapshotStore snapshots(OverlayNode node) throws IOException {
        return node.operations().snapshots();
    }

    static byte[] read(OverlayNode node) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) node.size());
        node.read(0, all, RequestFlags.NONE);
        return all.array();
    }

    /** Something random done to the disk, and to its content in memory. */
    static void change(OverlayNode node, byte[] model, Random random) throws IOException {
        int offset = random.nextInt(model.length);
        int bytes = Math.min(model.length - offset, 1 + random.nextInt(1 << random.nextInt(17)));
        switch (random.nextInt(5)) {
            case 0 -> node.discard(offset, bytes);
            case 1 -> {
                node.writeZeroes(offset, bytes, random.nextBoolean() ? RequestFlags.NONE : RequestFlags.MAY_UNMAP);
            }
            default -> {
                byte[] data = new byte[bytes];
                random.nextBytes(data);
                node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
            }
        }
        node.read(offset, ByteBuffer.wrap(model, offset, bytes), RequestFlags.NONE);
    }

    /** What is seen of a snapshot. */
    static void assertShows(MemoryFile file, String snapshot, byte[] expected, String message) throws IOException {
        OverlayNode node = Images.openReadOnly(file);
        snapshots(node).load(snapshot);
        byte[] seen = Arrays.copyOf(read(node), expected.length);
        assertArrayEquals(expected, seen, message);
        node.close();
    }

    static void assertClean(OverlayNode node, String message) throws IOException {
        List<CheckFinding> findings = new ArrayList<>();
        CheckReport report = node.check(findings::add);
        assertEquals(0, report.corruptions() + report.leaks() + report.checkErrors(), () -> message + " " + findings);
    }

    static void assertQemuClean(MemoryFile file, Path folder, String message)
            throws IOException, InterruptedException {
        Path image = folder.resolve("checked.qcow2");
        file.dump(image);
        QemuImg.Result check = QemuImg.check(image);
        assertEquals(0, check.exitCode(), () -> message + "\n" + check.output());
        Files.delete(image);
    }
}
