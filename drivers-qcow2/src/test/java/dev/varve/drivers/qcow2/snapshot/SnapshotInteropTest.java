// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.SnapshotStore;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Snapshots that one side takes, applies and removes, in the other side's eyes. */
class SnapshotInteropTest {
    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void needsTheTools() {
        QemuImg.require();
        image = folder.resolve("image.qcow2");
    }

    private byte[] qemuReads(String... options) throws IOException, InterruptedException {
        Path raw = folder.resolve("snapshot.raw");
        String[] command = new String[options.length + 8];
        System.arraycopy(new String[] {"qemu-img", "convert", "-f", "qcow2", "-O", "raw"}, 0, command, 0, 6);
        System.arraycopy(options, 0, command, 6, options.length);
        command[command.length - 2] = image.toString();
        command[command.length - 1] = raw.toString();
        QemuImg.ok(command);
        return Files.readAllBytes(raw);
    }

    @ParameterizedTest
    @CsvSource({"512, 16, 1.1", "4k, 4, 1.1", "64k, 16, 0.10", "64k, 64, 1.1", "2M, 16, 1.1"})
    void ourSnapshots_inQemu_showWhatTheyShouldAndCanBeAppliedAndRemoved(String clusterSize, String refcountBits,
            String compat) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        Random random = new Random(seed);
        byte[] model = new byte[4 << 20];
        MemoryFile file = Images.create(model.length, "cluster_size", clusterSize, "refcount_bits", refcountBits,
                "compat", compat);
        OverlayNode node = Images.open(file);
        byte[][] kept = new byte[3][];
        for (int i = 0; i < kept.length; i++) {
            for (int step = 0; step < 20; step++) {
                SnapshotImage.change(node, model, random);
            }
            SnapshotImage.snapshots(node).create("snap" + i);
            kept[i] = model.clone();
        }
        SnapshotImage.change(node, model, random);
        node.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode(), () -> "seed " + seed);
        for (int i = 0; i < kept.length; i++) {
            assertArrayEquals(kept[i], qemuReads("-l", "snap" + i), "seed " + seed);
        }
        QemuImg.ok("qemu-img", "snapshot", "-a", "snap1", image.toString());
        assertArrayEquals(kept[1], qemuReads(), "seed " + seed);
        QemuImg.ok("qemu-img", "snapshot", "-d", "snap0", image.toString());
        QemuImg.ok("qemu-img", "snapshot", "-d", "snap2", image.toString());
        assertEquals(0, QemuImg.check(image).exitCode(), () -> "seed " + seed);
    }

    @ParameterizedTest
    @CsvSource({"'cluster_size=512'", "'cluster_size=4k,refcount_bits=64'", "'compat=0.10'", "''",
        "'cluster_size=64k,compression_type=zstd'"})
    void qemusSnapshots_appliedAndRemovedHere_leaveACleanImage(String options) throws Exception {
        QemuImg.create(image, 4 << 20, options);
        QemuImg.io(image, "write -P 1 0 2M", "write -c -P 2 2M 64k", "write -c -P 3 2112k 64k");
        QemuImg.ok("qemu-img", "snapshot", "-c", "one", image.toString());
        QemuImg.io(image, "write -P 4 512k 1M", "write -c -P 5 3M 64k", "discard 64k 64k");
        QemuImg.ok("qemu-img", "snapshot", "-c", "two", image.toString());
        QemuImg.io(image, "write -P 6 2M 32k");
        byte[] one = qemuReads("-l", "one");
        byte[] two = qemuReads("-l", "two");
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        SnapshotStore snapshots = SnapshotImage.snapshots(node);
        assertEquals(List.of("one", "two"), snapshots.list().stream().map(SnapshotInfo::name).toList());
        snapshots.apply("1");
        assertArrayEquals(one, SnapshotImage.read(node));
        SnapshotImage.assertClean(node, "applied");
        snapshots.delete("one");
        SnapshotImage.assertClean(node, "removed");
        assertArrayEquals(one, SnapshotImage.read(node));
        snapshots.apply("two");
        snapshots.delete("2");
        SnapshotImage.assertClean(node, "removed all");
        assertArrayEquals(two, SnapshotImage.read(node));
        node.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode());
        assertArrayEquals(two, qemuReads());
    }

    @Test
    void snapshotOfAnotherSize_applied_resizesTheDisk() throws Exception {
        QemuImg.create(image, 1 << 20, "cluster_size=4k");
        QemuImg.io(image, "write -P 1 0 1M");
        QemuImg.ok("qemu-img", "snapshot", "-c", "small", image.toString());
        QemuImg.ok("qemu-img", "resize", "-q", image.toString(), "64M");
        QemuImg.io(image, "write -P 2 60M 1M");
        QemuImg.ok("qemu-img", "snapshot", "-c", "large", image.toString());
        byte[] large = qemuReads();
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        SnapshotImage.snapshots(node).apply("small");
        assertEquals(1 << 20, node.size());
        SnapshotImage.assertClean(node, "small");
        SnapshotImage.snapshots(node).apply("large");
        assertEquals(64 << 20, node.size());
        assertArrayEquals(large, SnapshotImage.read(node));
        SnapshotImage.assertClean(node, "large");
        node.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode());
        assertArrayEquals(large, qemuReads());
    }

    @Test
    void machineState_ofEitherSide_isReadByTheOther() throws Exception {
        QemuImg.create(image, 1 << 20, "cluster_size=4k");
        QemuImg.io(image, "write -b -P 7 4k 20k");
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        SnapshotStore snapshots = SnapshotImage.snapshots(node);
        assertState(snapshots, 0, 4096, 0);
        assertState(snapshots, 4096, 20_480, 7);
        assertState(snapshots, 1 << 30, 100, 0);
        snapshots.create("with state");
        byte[] more = new byte[3072];
        Arrays.fill(more, (byte) 9);
        snapshots.writeVmState(5120, ByteBuffer.wrap(more));
        snapshots.writeVmState(8 << 20, ByteBuffer.wrap(more));
        assertState(snapshots, 4096, 1024, 7);
        assertState(snapshots, 5120, 3072, 9);
        assertState(snapshots, 8192, 1024, 7);
        SnapshotImage.assertClean(node, "written");
        node.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode());
        assertTrue(qemuState("read -b -P 9 5k 3k") && qemuState("read -b -P 7 8k 1k")
                && qemuState("read -b -P 9 8M 3k"));
        QemuImg.ok("qemu-img", "snapshot", "-a", "with state", image.toString());
        assertTrue(qemuState("read -b -P 7 4k 20k"));
    }

    private boolean qemuState(String command) throws IOException, InterruptedException {
        String output = QemuImg.ok("qemu-io", "-f", "qcow2", "-c", command, image.toString());
        return !output.contains("verification failed") && !output.contains("error");
    }

    private static void assertState(SnapshotStore snapshots, long offset, int bytes, int expected)
            throws IOException {
        byte[] pattern = new byte[bytes];
        Arrays.fill(pattern, (byte) expected);
        ByteBuffer read = ByteBuffer.allocate(bytes);
        snapshots.readVmState(offset, read);
        assertArrayEquals(pattern, read.array());
    }

    @Test
    void refcountsOfOneBit_snapshot_isRefusedAndChangesNothing() throws Exception {
        MemoryFile file = Images.create(1 << 20, "refcount_bits", "1");
        OverlayNode node = Images.open(file);
        byte[] data = new byte[200_000];
        Arrays.fill(data, (byte) 5);
        node.write(0, ByteBuffer.wrap(data), RequestFlags.NONE);
        assertThrows(BlockException.class, () -> SnapshotImage.snapshots(node).create("no"));
        SnapshotImage.assertClean(node, "refused");
        node.write(1000, ByteBuffer.wrap(data), RequestFlags.NONE);
        node.close();
        SnapshotImage.assertQemuClean(file, folder, "refused");
    }

    @Test
    void idBeforeName_isFoundFirst() throws Exception {
        OverlayNode node = Images.open(Images.create(1 << 20));
        SnapshotStore snapshots = SnapshotImage.snapshots(node);
        assertEquals("1", snapshots.create("2").id());
        assertEquals("2", snapshots.create("other").id());
        snapshots.delete("2");
        assertEquals(List.of("2"), snapshots.list().stream().map(SnapshotInfo::name).toList());
        assertEquals("2", snapshots.create("third").id());
        BlockException missing = assertThrows(BlockException.class, () -> snapshots.apply("none"));
        assertEquals(ErrorKind.NOT_FOUND, missing.kind());
        node.close();
    }

    @Test
    void unknownExtraData_ofAnEntry_isKept() throws Exception {
        QemuImg.create(image, 1 << 20, "");
        QemuImg.ok("qemu-img", "snapshot", "-c", "one", image.toString());
        MemoryFile file = MemoryFile.load(image);
        ByteBuffer word = ByteBuffer.allocate(8);
        file.read(64, word, RequestFlags.NONE);
        long table = word.getLong(0);
        ByteBuffer entry = ByteBuffer.allocate(88);
        file.read(table, entry.limit(68), RequestFlags.NONE);
        // Eight bytes more of extra data, then the id and the name again.
        entry.clear().putInt(36, 32).putLong(64, 0x1122334455667788L).put(72, "1one".getBytes());
        file.write(table, entry, RequestFlags.NONE);
        OverlayNode node = Images.open(file);
        SnapshotImage.snapshots(node).create("two");
        node.close();
        file.read(64, word.clear(), RequestFlags.NONE);
        file.read(word.getLong(0), entry.clear(), RequestFlags.NONE);
        assertEquals(0x1122334455667788L, entry.getLong(64));
        SnapshotImage.assertQemuClean(file, folder, "extra data");
    }
}
