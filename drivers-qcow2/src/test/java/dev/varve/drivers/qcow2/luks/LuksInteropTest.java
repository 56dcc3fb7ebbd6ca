// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.luks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.conformance.device.SparseContent;
import dev.varve.drivers.qcow2.QemuImg;
import dev.varve.drivers.qcow2.TestSecrets;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Volumes of QEMU opened here, and volumes of ours opened by QEMU. */
class LuksInteropTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    Path folder;

    @BeforeEach
    void needsTheTools() {
        QemuImg.require();
    }

    /** Each algorithm at least once in each role; AES-192 in other modes than XTS makes QEMU's tool stop. */
    static Stream<String> algorithms() {
        List<String> all = new ArrayList<>();
        for (String mode : List.of("xts", "cbc", "ecb", "ctr")) {
            for (String iv : List.of("ivgen-alg=plain", "ivgen-alg=plain64", "ivgen-alg=essiv,ivgen-hash-alg=sha256")) {
                all.add("cipher-alg=aes-" + (all.size() % 2 == 0 ? 256 : 128) + ",cipher-mode=" + mode + "," + iv);
            }
        }
        all.add("cipher-alg=aes-192,cipher-mode=xts");
        all.add("cipher-alg=aes-128,cipher-mode=cbc,ivgen-alg=essiv,ivgen-hash-alg=md5");
        for (String hash : List.of("md5", "sha1", "sha224", "sha384", "sha512")) {
            all.add("hash-alg=" + hash);
        }
        return all.stream();
    }

    private void qemuCreates(Path image, String options) throws Exception {
        for (int attempt = 0;; attempt++) {
            QemuImg.Result result = QemuImg.run("qemu-img", "create", "-q", "-f", "luks", "--object",
                    TestSecrets.object("first"), "-o", "key-secret=first,iter-time=10," + options, image.toString(),
                    Integer.toString(SIZE));
            // It measures its CPU time, and gives up where the system's clock for that is too coarse.
            if (!result.output().contains("Unable to get accurate CPU usage") || attempt == 20) {
                assertEquals(0, result.exitCode(), result.output());
                return;
            }
        }
    }

    private static String opts(Path image, String secret) {
        return "driver=luks,key-secret=" + secret + ",file.filename=" + image;
    }

    private static void qemuIo(Path image, String command) throws Exception {
        QemuImg.ok("qemu-io", "--object", TestSecrets.object("first"), "-c", command, "--image-opts",
                opts(image, "first"));
    }

    private byte[] qemuReads(Path image, String secret) throws Exception {
        Path raw = folder.resolve("plain.raw");
        QemuImg.ok("qemu-img", "convert", "--object", TestSecrets.object(secret), "--image-opts", opts(image, secret),
                "-O", "raw", raw.toString());
        return Files.readAllBytes(raw);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void qemusVolume_anyAlgorithms_readsAndIsWrittenAsQemuDoes(String options) throws Exception {
        Path image = folder.resolve("theirs.luks");
        qemuCreates(image, options);
        qemuIo(image, "write -P 7 12345 600000");
        SparseContent content = SparseContent.load(image);
        BlockNode node = LuksImages.open(content, "first");
        byte[] expected = qemuReads(image, "first");
        assertArrayEquals(expected, LuksImages.read(node));

        byte[] change = new byte[100 * 512];
        new Random(1).nextBytes(change);
        node.write(77 * 512, ByteBuffer.wrap(change), RequestFlags.NONE);
        System.arraycopy(change, 0, expected, 77 * 512, change.length);
        content.saveTo(image);
        assertArrayEquals(expected, qemuReads(image, "first"));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void ourVolume_anyAlgorithms_isQemus(String options) throws Exception {
        Map<String, Object> given = new HashMap<>(Map.of("key-secret", "first", "iter-time", 1L));
        for (String option : options.split(",")) {
            given.put(option.split("=")[0], option.split("=")[1]);
        }
        SparseContent content = LuksImages.create(SIZE, given);
        byte[] plain = new byte[SIZE];
        new Random(2).nextBytes(plain);
        BlockNode node = LuksImages.open(content, "first");
        node.write(0, ByteBuffer.wrap(plain), RequestFlags.NONE);
        Path image = folder.resolve("ours.luks");
        content.saveTo(image);
        assertArrayEquals(plain, qemuReads(image, "first"));
        Path theirs = folder.resolve("theirs.luks");
        qemuCreates(theirs, options);
        assertEquals(facts(theirs), facts(image));
        assertEquals(Files.size(theirs), Files.size(image));
        assertNotEquals(0, QemuImg.run("qemu-img", "map", "--object", TestSecrets.object("wrong"), "--image-opts",
                opts(image, "wrong")).exitCode());
    }

    /** What does not differ from run to run. */
    private static List<String> facts(Path image) throws Exception {
        return QemuImg.ok("qemu-img", "info", image.toString()).lines().map(String::strip)
                .filter(line -> !line.startsWith("image:") && !line.startsWith("disk size") && !line.contains("uuid")
                        && !line.contains("iters")).toList();
    }

    @Test
    void keySlots_changedHere_areQemus() throws Exception {
        SparseContent content = LuksImages.create(SIZE, Map.of("key-secret", "first", "iter-time", 1L));
        LuksImages.fillWithZeroes(content);
        LuksImages.amend(content, "first", false, "state", "active", "new-secret", "second", "iter-time", "1",
                "keyslot", "6");
        LuksImages.amend(content, "second", false, "state", "inactive", "keyslot", "0");
        Path image = folder.resolve("ours.luks");
        content.saveTo(image);
        assertArrayEquals(new byte[SIZE], qemuReads(image, "second"));
        assertNotEquals(0, QemuImg.run("qemu-img", "map", "--object", TestSecrets.object("first"), "--image-opts",
                opts(image, "first")).exitCode());
    }

    @Test
    void keySlots_changedByQemu_areOurs() throws Exception {
        SparseContent content = LuksImages.create(SIZE, Map.of("key-secret", "first", "iter-time", 1L));
        LuksImages.fillWithZeroes(content);
        Path image = folder.resolve("ours.luks");
        content.saveTo(image);
        amend(image, "first", "state=active,new-secret=second,iter-time=10");
        amend(image, "second", "state=inactive,old-secret=first");
        assertArrayEquals(new byte[SIZE], LuksImages.read(LuksImages.open(SparseContent.load(image), "second")));
    }

    private static void amend(Path image, String secret, String options) throws Exception {
        for (int attempt = 0;; attempt++) {
            QemuImg.Result result = QemuImg.run("qemu-img", "amend", "--object", TestSecrets.object("first"),
                    "--object", TestSecrets.object("second"), "--image-opts", opts(image, secret), "-o", options);
            if (!result.output().contains("Unable to get accurate CPU usage") || attempt == 20) {
                assertEquals(0, result.exitCode(), result.output());
                return;
            }
        }
    }
}
