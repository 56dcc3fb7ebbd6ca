// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.luks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LuksDriverTest {
    private static final Map<String, Object> QUICK = Map.of("key-secret", "first", "iter-time", 1L);

    private static Map<String, Object> quick(String name, String value) {
        Map<String, Object> options = new HashMap<>(QUICK);
        options.put(name, value);
        return options;
    }

    @Test
    void create_defaults_areQemus() throws IOException {
        SparseContent content = LuksImages.create(1 << 20, QUICK);
        Map<String, Object> facts = LuksImages.openForMetadata(content).info().specific();
        assertEquals(List.of("ivgen-alg", "hash-alg", "cipher-alg", "uuid", "cipher-mode", "slots", "payload-offset",
                "master-key-iters"), List.copyOf(facts.keySet()));
        assertEquals("aes-256", facts.get("cipher-alg"));
        assertEquals("xts", facts.get("cipher-mode"));
        assertEquals("plain64", facts.get("ivgen-alg"));
        assertEquals("sha256", facts.get("hash-alg"));
        assertEquals(2_068_480L, facts.get("payload-offset"));
        assertEquals(2_068_480L + (1 << 20), content.size());
    }

    @ParameterizedTest
    @CsvSource({"cipher-alg, serpent-256, serpent-256", "cipher-alg, twofish-128, twofish-128",
        "cipher-alg, cast5-128, cast5-128", "cipher-alg, rot13, rot13", "hash-alg, ripemd160, ripemd160",
        "hash-alg, crc32, crc32", "cipher-mode, gcm, gcm", "ivgen-alg, benbi, benbi", "key-secret, nobody, nobody"})
    void create_whatIsNotOffered_isRefusedByName(String option, String value, String named) {
        BlockException e = assertThrows(BlockException.class,
                () -> LuksImages.create(1 << 20, quick(option, value)));
        assertTrue(e.problem().contains(named), e.problem());
    }

    @Test
    void openForMetadata_withoutSecret_tellsFactsAndReadsNothing() throws IOException {
        BlockNode node = LuksImages.openForMetadata(LuksImages.create(1 << 20, QUICK));
        ImageInfo info = node.info();
        assertTrue(info.state().encrypted());
        assertEquals(1 << 20, info.size());
        BlockException e = assertThrows(BlockException.class,
                () -> node.read(0, ByteBuffer.allocate(512), RequestFlags.NONE));
        assertEquals(ErrorKind.PERMISSION, e.kind());
    }

    @Test
    void open_wrongSecret_isRefused() throws IOException {
        SparseContent content = LuksImages.create(1 << 20, QUICK);
        BlockException e = assertThrows(BlockException.class, () -> LuksImages.open(content, "wrong"));
        assertTrue(e.problem().contains("Invalid password"), e.problem());
    }

    @Test
    void write_directBufferLargerThanOneRun_readsBackAndLeavesTheCallersBytes() throws IOException {
        long seed = new Random().nextLong();
        byte[] plain = new byte[1 << 20];
        new Random(seed).nextBytes(plain);
        SparseContent content = LuksImages.create(1 << 20, QUICK);
        ByteBuffer src = ByteBuffer.allocateDirect(plain.length).put(plain).flip();
        LuksImages.open(content, "first").write(0, src, RequestFlags.NONE);
        assertFalse(src.hasRemaining());
        assertEquals(ByteBuffer.wrap(plain), src.flip(), "seed " + seed);
        assertArrayEquals(plain, LuksImages.read(LuksImages.open(content, "first")), "seed " + seed);
    }

    @Test
    void blockStatus_anywhere_isEncodedData() throws IOException {
        BlockStatus status = LuksImages.open(LuksImages.create(1 << 20, QUICK), "first").blockStatus(512, 4096,
                Effort.FIND_ZEROES);
        assertEquals(new BlockStatus.Data(4096, Optional.empty(), false), status);
    }

    @Test
    void truncate_otherSize_movesTheEndOfTheFile() throws IOException {
        SparseContent content = LuksImages.create(1 << 20, QUICK);
        BlockNode node = LuksImages.open(content, "first");
        node.truncate(3 << 20, Preallocation.OFF, RequestFlags.NONE);
        assertEquals(3 << 20, node.size());
        assertEquals((3 << 20) + 2_068_480L, content.size());
        assertThrows(BlockException.class,
                () -> node.truncate(Long.MAX_VALUE - 512, Preallocation.OFF, RequestFlags.NONE));
    }

    @Test
    void amend_addAndErase_changeWhoGetsIn() throws IOException {
        SparseContent content = LuksImages.create(1 << 20, QUICK);
        LuksImages.amend(content, "first", false, "state", "active", "new-secret", "second", "iter-time", "1");
        LuksImages.amend(content, "second", false, "state", "inactive", "old-secret", "first");
        assertThrows(BlockException.class, () -> LuksImages.open(content, "first"));
        LuksImages.open(content, "second").close();
    }

    @Test
    void probe_magicAndVersion_decide() throws IOException {
        SparseContent content = LuksImages.create(1 << 20, QUICK);
        ByteBuffer head = ByteBuffer.allocate(512);
        content.read(0, head);
        LuksDriver driver = new LuksDriver();
        assertEquals(ProbeScore.CERTAIN, driver.probe(new ProbeHead(head.clear(), "")));
        assertEquals(ProbeScore.NONE, driver.probe(new ProbeHead(head.duplicate().limit(7), "")));
        assertEquals(ProbeScore.NONE, driver.probe(new ProbeHead(head.put(7, (byte) 2).clear(), "")));
    }

    @Test
    void open_fileShorterThanItsHeader_isCorrupt() throws IOException {
        SparseContent content = LuksImages.create(1 << 20, QUICK);
        content.truncate(100_000);
        BlockException e = assertThrows(BlockException.class, () -> LuksImages.open(content, "first"));
        assertEquals(ErrorKind.CORRUPT, e.kind());
    }
}
