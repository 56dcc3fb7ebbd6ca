// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.QemuImg;
import dev.varve.drivers.qcow2.TestSecrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted images of ours in QEMU's eyes, and what QEMU writes into them in ours. */
class EncryptedInteropTest {
    private static final int SIZE = 3 << 20;

    @TempDir
    Path folder;

    @BeforeEach
    void needsTheTools() {
        QemuImg.require();
    }

    private static String opts(Path image) {
        return "driver=qcow2,encrypt.key-secret=first,file.filename=" + image;
    }

    private byte[] qemuReads(Path image) throws Exception {
        Path raw = folder.resolve("plain.raw");
        QemuImg.ok("qemu-img", "convert", "--object", TestSecrets.object("first"), "--image-opts", opts(image), "-O",
                "raw", raw.toString());
        return Files.readAllBytes(raw);
    }

    private static void qemuWrites(Path image, String... commands) throws Exception {
        for (String command : commands) {
            QemuImg.ok("qemu-io", "--object", TestSecrets.object("first"), "-c", command, "--image-opts", opts(image));
        }
    }

    private static void assertClean(Path image) throws Exception {
        QemuImg.Result check = QemuImg.run("qemu-img", "check", "--object", TestSecrets.object("first"), "--image-opts",
                opts(image));
        assertEquals(0, check.exitCode(), check.output());
    }

    private static void randomWrites(OverlayNode node, byte[] model, Random random) throws IOException {
        for (int i = 0; i < 40; i++) {
            int offset = random.nextInt(SIZE / 512) * 512;
            byte[] data = new byte[Math.min(SIZE - offset, 512 * (1 + random.nextInt(200)))];
            random.nextBytes(data);
            node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
            System.arraycopy(data, 0, model, offset, data.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"encrypt.format=luks", "encrypt.format=luks,compat=0.10,cluster_size=4k",
        "encrypt.format=luks,cluster_size=512", "encrypt.format=luks,cluster_size=2M,refcount_bits=1",
        "encrypt.format=luks,encrypt.cipher-mode=cbc,encrypt.ivgen-alg=essiv,cluster_size=512,refcount_bits=64",
        "encrypt.format=luks,preallocation=metadata", "encrypt.format=aes", "encrypt.format=aes,cluster_size=1k",
        "encryption=on,compat=0.10", "encrypt.format=aes,preallocation=falloc"})
    void ourImage_writtenByBoth_readsTheSameAndIsClean(String options) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        Random random = new Random(seed);
        String quick = options.contains("luks") ? ",encrypt.iter-time=1" : "";
        MemoryFile file = Images.create(SIZE, (options + ",encrypt.key-secret=first" + quick).split("[=,]"));
        byte[] model = new byte[SIZE];
        try (OverlayNode node = Images.open(file, "encrypt.key-secret", "first")) {
            randomWrites(node, model, random);
        }
        Path image = folder.resolve("image.qcow2");
        file.dump(image);
        assertClean(image);
        assertArrayEquals(model, qemuReads(image), "seed " + seed);

        qemuWrites(image, "write -P 5 100k 300k", "write -P 6 1537k 512", "write -z 2M 100k", "discard 1M 128k");
        assertClean(image);
        byte[] expected = qemuReads(image);
        MemoryFile changed = MemoryFile.load(image);
        try (OverlayNode node = Images.open(changed, "encrypt.key-secret", "first")) {
            ByteBuffer content = ByteBuffer.allocate(SIZE);
            node.read(0, content, RequestFlags.NONE);
            assertArrayEquals(expected, content.array(), "seed " + seed);
            randomWrites(node, expected, random);
        }
        changed.dump(image);
        assertClean(image);
        assertArrayEquals(expected, qemuReads(image), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"encrypt.format=luks,encrypt.iter-time=10", "encrypt.format=aes,compat=0.10"})
    void qemusImage_withSnapshot_readsAndTellsTheSame(String options) throws Exception {
        Path image = folder.resolve("theirs.qcow2");
        for (int attempt = 0;; attempt++) {
            QemuImg.Result result = QemuImg.run("qemu-img", "create", "-q", "-f", "qcow2", "--object",
                    TestSecrets.object("first"), "-o", "encrypt.key-secret=first," + options, image.toString(),
                    Integer.toString(SIZE));
            // It measures its CPU time, and gives up where the system's clock for that is too coarse.
            if (!result.output().contains("Unable to get accurate CPU usage") || attempt == 20) {
                assertEquals(0, result.exitCode(), result.output());
                break;
            }
        }
        qemuWrites(image, "write -P 1 0 1M");
        QemuImg.ok("qemu-img", "snapshot", "-c", "one", "--object", TestSecrets.object("first"), "--image-opts",
                opts(image));
        qemuWrites(image, "write -P 2 70k 512", "write -P 3 2M 3k");
        MemoryFile file = MemoryFile.load(image);
        byte[] expected = qemuReads(image);
        try (OverlayNode node = Images.open(file, "encrypt.key-secret", "first")) {
            ByteBuffer content = ByteBuffer.allocate(SIZE);
            node.read(0, content, RequestFlags.NONE);
            assertArrayEquals(expected, content.array());
            node.write(0, ByteBuffer.allocate(4096), RequestFlags.NONE);
        }
        Arrays.fill(expected, 0, 4096, (byte) 0);
        file.dump(image);
        assertClean(image);
        assertArrayEquals(expected, qemuReads(image));
    }
}
