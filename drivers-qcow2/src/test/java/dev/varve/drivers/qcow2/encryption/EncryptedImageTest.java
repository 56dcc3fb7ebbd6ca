// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.Qcow2Driver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptedImageTest {
    private static final int SIZE = 1 << 20;
    private static final String[] OPEN = {"encrypt.key-secret", "first"};

    private static MemoryFile create(String format, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of("encrypt.format", format, "encrypt.key-secret", "first"));
        if (format.equals("luks")) {
            options.addAll(List.of("encrypt.iter-time", "1", "encrypt.cipher-alg", "aes-128"));
        }
        options.addAll(List.of(more));
        return Images.create(SIZE, options.toArray(String[]::new));
    }

    private static byte[] read(OverlayNode node) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) node.size());
        node.read(0, content, RequestFlags.NONE);
        return content.array();
    }

    private static void assertClean(MemoryFile file) throws IOException {
        CheckReport report = Images.openReadOnly(file, OPEN).check(finding -> { });
        assertEquals(0, report.corruptions() + report.leaks() + report.checkErrors(), report.toString());
    }

    @ParameterizedTest
    @CsvSource({"luks, 65536, 1.1, off", "luks, 512, 1.1, off", "luks, 65536, 0.10, off", "luks, 2097152, 1.1, off",
        "aes, 65536, 1.1, off", "aes, 4096, 0.10, off", "luks, 65536, 1.1, metadata", "luks, 4096, 0.10, metadata",
        "aes, 65536, 1.1, full"})
    void randomWrites_anyGeometry_readBackAndLeaveItClean(String format, String cluster, String compat, String mode)
            throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        Random random = new Random(seed);
        MemoryFile file = create(format, "cluster_size", cluster, "compat", compat, "preallocation", mode);
        byte[] model = new byte[SIZE];
        OverlayNode node = Images.open(file, OPEN);
        assertArrayEquals(model, read(node));
        for (int i = 0; i < 60; i++) {
            int offset = random.nextInt(SIZE / 512) * 512;
            int bytes = Math.min(SIZE - offset, 512 * (1 + random.nextInt(300)));
            if (i % 5 == 4) {
                node.writeZeroes(offset, bytes, RequestFlags.NONE);
                Arrays.fill(model, offset, offset + bytes, (byte) 0);
            } else {
                byte[] data = new byte[bytes];
                random.nextBytes(data);
                node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
                System.arraycopy(data, 0, model, offset, bytes);
            }
        }
        assertArrayEquals(model, read(node), "seed " + seed);
        node.close();
        assertClean(file);
        assertArrayEquals(model, read(Images.openReadOnly(file, OPEN)), "seed " + seed);
    }

    @ParameterizedTest
    @CsvSource({"luks", "aes"})
    void writtenData_inTheFile_isNowherePlain(String format) throws Exception {
        MemoryFile file = create(format);
        byte[] plain = new byte[SIZE];
        for (int i = 0; i < SIZE; i += 16) {
            System.arraycopy("a plain sentence".getBytes(), 0, plain, i, 16);
        }
        try (OverlayNode node = Images.open(file, OPEN)) {
            node.write(0, ByteBuffer.wrap(plain), RequestFlags.NONE);
        }
        byte[] stored = new byte[(int) file.size()];
        file.read(0, ByteBuffer.wrap(stored), RequestFlags.NONE);
        assertFalse(new String(stored, StandardCharsets.ISO_8859_1).contains("a plain"));
    }

    @Test
    void partOfACluster_overABackingFile_showsItsPlainTextAround() throws Exception {
        byte[] backing = new byte[SIZE];
        new Random(3).nextBytes(backing);
        MemoryFile file = create("luks", "backing_file", "base", "backing_fmt", "raw");
        OverlayNode node = Images.open(file, MemoryFile.backing(backing), OPEN);
        node.write(100 * 512, ByteBuffer.wrap(new byte[3 * 512]), RequestFlags.NONE);
        Arrays.fill(backing, 100 * 512, 103 * 512, (byte) 0);
        assertArrayEquals(backing, read(node));
    }

    @Test
    void blockStatus_encryptedData_hasNoStorage() throws Exception {
        MemoryFile file = create("luks");
        OverlayNode node = Images.open(file, OPEN);
        node.write(0, ByteBuffer.allocate(65536), RequestFlags.NONE);
        assertEquals(new BlockStatus.Data(65536, Optional.empty(), false),
                node.blockStatus(0, 65536, Effort.FIND_ZEROES));
        List<BlockStatus> scanned = new ArrayList<>();
        node.scan(0, 65536, scanned::add);
        assertEquals(List.of(new BlockStatus.Data(65536, Optional.empty(), false)), scanned);
    }

    @Test
    void limits_encrypted_areSectors() throws Exception {
        OverlayNode node = Images.open(create("aes"), OPEN);
        assertEquals(512, node.limits().requestAlignment());
        assertFalse(node.supportedFlags().write().has(RequestFlags.COMPRESSED));
    }

    @ParameterizedTest
    @CsvSource({"luks, encrypt.key-secret, wrong, Invalid password", "luks, encrypt.key-secret, nobody, nobody",
        "luks, encrypt.format, aes, Header reported 'luks'", "luks, , , is required for cipher",
        "aes, encrypt.format, luks, Header reported 'aes'", "aes, , , is required for cipher"})
    void open_wrongOptions_areRefused(String format, String name, String value, String part) throws Exception {
        MemoryFile file = create(format);
        String[] options = name == null ? new String[0] : new String[] {name, value};
        BlockException e = assertThrows(BlockException.class, () -> Images.open(file, options));
        assertTrue(e.problem().contains(part), e.problem());
    }

    @Test
    void open_formatGivenForAPlainImage_isRefused() throws Exception {
        MemoryFile file = Images.create(SIZE);
        BlockException e = assertThrows(BlockException.class, () -> Images.open(file, "encrypt.format", "luks"));
        assertTrue(e.problem().contains("No encryption in image header"), e.problem());
        Images.open(file, OPEN).close();
    }

    @ParameterizedTest
    @CsvSource({"encrypt.format=rot13;encrypt.key-secret=first, rot13", "encrypt.format=luks, encrypt.key-secret",
        "encrypt.key-secret=first, is missing", "encryption=on, encrypt.key-secret",
        "encryption=on;encrypt.format=aes;encrypt.key-secret=first, can't be used at the same time",
        "encrypt.format=aes;encrypt.key-secret=first;encrypt.cipher-alg=aes-256, is unexpected",
        "encrypt.format=luks;encrypt.key-secret=first;encrypt.cipher-alg=serpent-256, serpent-256"})
    void create_wrongOptions_areRefused(String options, String part) {
        BlockException e = assertThrows(BlockException.class, () -> Images.create(SIZE, options.split("[=;]")));
        assertTrue(e.problem().contains(part), e.problem());
    }

    @Test
    void create_legacyOption_isAes() throws Exception {
        MemoryFile file = Images.create(SIZE, "encryption", "on", "encrypt.key-secret", "first");
        OverlayNode node = Images.openReadOnly(file, OPEN);
        assertEquals(Map.of("format", "aes"), node.info().specific().get("encrypt"));
        assertTrue(node.info().state().encrypted());
    }

    private static void amend(MemoryFile file, String secret, String... changes) throws IOException {
        Map<String, Object> raw = new HashMap<>();
        for (int i = 0; i < changes.length; i += 2) {
            raw.put(changes[i], changes[i + 1]);
        }
        try (OverlayNode node = Images.open(file, "encrypt.key-secret", secret)) {
            node.operations().amend(new Qcow2Driver().amendOptions().read(raw), false, done -> { });
        }
    }

    @Test
    void amend_keySlots_changeWhoGetsIn() throws Exception {
        MemoryFile file = create("luks");
        amend(file, "first", "encrypt.state", "active", "encrypt.new-secret", "second", "encrypt.iter-time", "1");
        amend(file, "second", "encrypt.state", "inactive", "encrypt.old-secret", "first");
        assertThrows(BlockException.class, () -> Images.open(file, OPEN));
        Images.open(file, "encrypt.key-secret", "second").close();
    }

    @Test
    void amend_imageWithoutKeySlots_isRefused() throws Exception {
        MemoryFile aes = create("aes");
        assertThrows(BlockException.class, () -> amend(aes, "first", "encrypt.state", "active"));
        MemoryFile plain = Images.create(SIZE);
        BlockException e = assertThrows(BlockException.class,
                () -> amend(plain, "first", "encrypt.state", "active"));
        assertTrue(e.problem().contains("encryption not present"), e.problem());
    }
}
