// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of QEMU read and written here, and images of ours in QEMU's eyes. */
class QemuInteropTest {
    @TempDir
    Path folder;

    @BeforeEach
    void needsTheTools() {
        QemuImg.require();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cluster_size=512", "cluster_size=2M", "compat=0.10", "refcount_bits=1",
        "refcount_bits=64,cluster_size=4k", "lazy_refcounts=on", "cluster_size=8k", "cluster_size=512,refcount_bits=64",
        "preallocation=metadata", "preallocation=falloc", "preallocation=full", "preallocation=metadata,compat=0.10",
        "cluster_size=512,preallocation=metadata"})
    void create_anyOptions_givesTheFileThatQemuGives(String options) throws Exception {
        Path theirs = folder.resolve("theirs.qcow2");
        QemuImg.create(theirs, 10 << 20, options);
        String[] pairs = options.isEmpty() ? new String[0] : options.split("[=,]", -1);
        MemoryFile ours = Images.create(10 << 20, pairs);
        Path dumped = folder.resolve("ours.qcow2");
        ours.dump(dumped);
        assertEquals(0, QemuImg.check(dumped).exitCode());
        assertEquals(info(theirs), info(dumped));
        // Where the refcount table has to grow, QEMU leaves more room behind.
        assertTrue(Files.size(dumped) <= Files.size(theirs));
        if (!options.contains("preallocation")) {
            assertEquals(-1, Files.mismatch(theirs, dumped));
        }
    }

    private static String info(Path image) throws IOException, InterruptedException {
        return QemuImg.ok("qemu-img", "info", "-f", "qcow2", image.toString()).lines()
                .filter(line -> !line.startsWith("image:") && !line.startsWith("disk size:")).toList().toString();
    }

    @Test
    void create_withBackingFile_isByteForByteQemus() throws Exception {
        Path theirs = folder.resolve("theirs.qcow2");
        QemuImg.ok("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", "base.img", "-F", "raw", theirs.toString(),
                "1G");
        Path dumped = folder.resolve("ours.qcow2");
        Images.create(1 << 30, "backing_file", "base.img", "backing_fmt", "raw").dump(dumped);
        assertEquals(-1, Files.mismatch(theirs, dumped));
    }

    @ParameterizedTest
    @CsvSource({"512, 16, 1.1", "4k, 1, 1.1", "64k, 64, 1.1", "64k, 16, 0.10", "2M, 16, 1.1"})
    void qemusImage_anyGeometry_readsAsQemuReadsIt(String clusterSize, int refcountBits, String compat)
            throws Exception {
        Path image = folder.resolve("image.qcow2");
        QemuImg.create(image, 5 << 20, "cluster_size=" + clusterSize + ",refcount_bits=" + refcountBits + ",compat="
                + compat);
        QemuImg.io(image, "write -P 1 0 1000k", "write -P 2 1000k 7k", "write -z 64k 128k", "discard 512k 64k",
                "write -P 3 3M 1M", "write -z -u 3500k 100k", "write -P 4 5119k 1k");
        Path raw = folder.resolve("image.raw");
        QemuImg.ok("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image.toString(), raw.toString());
        OverlayNode node = Images.openReadOnly(MemoryFile.load(image));
        assertArrayEquals(Files.readAllBytes(raw), read(node, 0, 5 << 20));
    }

    private static byte[] read(OverlayNode node, long offset, int bytes) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(bytes);
        node.read(offset, read, RequestFlags.NONE);
        return read.array();
    }

    @ParameterizedTest
    @CsvSource({"512, 16, 1.1", "4k, 4, 1.1", "64k, 16, 0.10", "64k, 64, 1.1"})
    void imageWithSnapshots_written_keepsThemAndStaysClean(String clusterSize, int refcountBits, String compat)
            throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        Random random = new Random(seed);
        int size = 4 << 20;
        Path image = folder.resolve("image.qcow2");
        QemuImg.create(image, size, "cluster_size=" + clusterSize + ",refcount_bits=" + refcountBits + ",compat="
                + compat);
        QemuImg.io(image, "write -P 1 0 2M", "write -z 1M 100k");
        QemuImg.ok("qemu-img", "snapshot", "-c", "first", image.toString());
        QemuImg.io(image, "write -P 2 512k 1M", "discard 64k 64k");
        QemuImg.ok("qemu-img", "snapshot", "-c", "second", image.toString());
        byte[] first = snapshot(image, "first");
        byte[] second = snapshot(image, "second");

        MemoryFile file = MemoryFile.load(image);
        byte[] model = second.clone();
        writeRandomly(file, model, random);
        file.dump(image);

        QemuImg.Result check = QemuImg.check(image);
        assertEquals(0, check.exitCode(), () -> "seed " + seed + "\n" + check.output());
        assertArrayEquals(first, snapshot(image, "first"), "seed " + seed);
        assertArrayEquals(second, snapshot(image, "second"), "seed " + seed);
        QemuImg.ok("qemu-img", "snapshot", "-d", "first", image.toString());
        QemuImg.ok("qemu-img", "snapshot", "-d", "second", image.toString());
        assertEquals(0, QemuImg.check(image).exitCode());
        assertArrayEquals(model, read(Images.openReadOnly(MemoryFile.load(image)), 0, size), "seed " + seed);
    }

    private static void writeRandomly(MemoryFile file, byte[] model, Random random) throws IOException {
        OverlayNode node = Images.open(file);
        for (int i = 0; i < 400; i++) {
            int offset = random.nextInt(model.length);
            int bytes = Math.min(model.length - offset, 1 + random.nextInt(1 << random.nextInt(18)));
            switch (random.nextInt(6)) {
                case 0 -> node.writeZeroes(offset, bytes, RequestFlags.NONE);
                case 1 -> node.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
                case 2 -> node.discard(offset, bytes);
                case 3 -> {
                    node.close();
                    node = Images.open(file);
                }
                default -> {
                    byte[] data = new byte[bytes];
                    random.nextBytes(data);
                    node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
                }
            }
            System.arraycopy(read(node, offset, bytes), 0, model, offset, bytes);
        }
        node.close();
    }

    private byte[] snapshot(Path image, String name) throws IOException, InterruptedException {
        Path raw = folder.resolve("snapshot.raw");
        QemuImg.ok("qemu-img", "convert", "-f", "qcow2", "-l", name, "-O", "raw", image.toString(), raw.toString());
        return Files.readAllBytes(raw);
    }

    @Test
    void compressedCluster_readOrWritten_isRefusedWithItsOffset() throws Exception {
        Path image = folder.resolve("image.qcow2");
        QemuImg.create(image, 1 << 20, "");
        QemuImg.io(image, "write -c -P 7 64k 64k", "write -P 8 128k 64k");
        OverlayNode node = Images.open(MemoryFile.load(image));
        BlockException reading = Assertions.assertThrows(BlockException.class, () -> read(node, 70_000, 10));
        assertTrue(reading.getMessage().contains("0x10000"), reading.getMessage());
        Assertions.assertThrows(BlockException.class,
                () -> node.write(70_000, ByteBuffer.allocate(10), RequestFlags.NONE));
        assertEquals(8, read(node, 128 << 10, 1)[0]);
        node.close();
    }

    @Test
    void bitmaps_openedForWritingAndClosed_areAsTheyWere() throws Exception {
        Path image = folder.resolve("image.qcow2");
        QemuImg.create(image, 1 << 20, "");
        QemuImg.ok("qemu-img", "bitmap", "--add", image.toString(), "kept");
        MemoryFile file = MemoryFile.load(image);
        Images.open(file).close();
        Path dumped = folder.resolve("dumped.qcow2");
        file.dump(dumped);
        assertEquals(-1, Files.mismatch(image, dumped));
    }

    @Test
    void bitmapsOfAnotherWriter_openedForWriting_areDropped() throws Exception {
        Path image = folder.resolve("image.qcow2");
        QemuImg.create(image, 1 << 20, "");
        QemuImg.ok("qemu-img", "bitmap", "--add", image.toString(), "lost");
        MemoryFile file = MemoryFile.load(image);
        file.write(88, ByteBuffer.allocate(Long.BYTES), RequestFlags.NONE);
        Images.openReadOnly(file).close();
        OverlayNode node = Images.open(file);
        assertTrue(node.operations().bitmaps().list().isEmpty());
        node.operations().bitmaps().add("new", 0, true);
        node.close();
        assertEquals(1, autoclear(file));
        Path dumped = folder.resolve("dumped.qcow2");
        file.dump(dumped);
        assertEquals(3, QemuImg.check(dumped).exitCode());
        assertTrue(QemuImg.ok("qemu-img", "info", dumped.toString()).contains("name: new"));
    }

    private static long autoclear(MemoryFile file) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
        file.read(88, word, RequestFlags.NONE);
        return word.flip().getLong();
    }
}
