// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.drivers.qcow2.TestSecrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LuksVolumeTest {
    private static final CipherSpec CIPHER =
            new CipherSpec(CipherAlgorithm.AES_256, CipherMode.XTS, IvAlgorithm.PLAIN64, Optional.empty());
    private static final LuksSettings SETTINGS = new LuksSettings(CIPHER, HashAlgorithm.SHA256, 1);

    private static byte[] pristine;

    private final MemoryStorage storage = new MemoryStorage(new byte[pristine.length]);

    @BeforeAll
    static void format() throws IOException {
        pristine = new byte[(int) LuksHeader.payloadOffset(CIPHER)];
        LuksVolume.format(new MemoryStorage(pristine), SETTINGS, TestSecrets.of("first"));
    }

    @BeforeEach
    void restore() {
        System.arraycopy(pristine, 0, storage.bytes(), 0, pristine.length);
    }

    private LuksVolume volume() throws IOException {
        return LuksVolume.open(storage);
    }

    private static KeySlotChange fill(String secret, Long slot) {
        return new KeySlotChange(true, Optional.of(secret), Optional.empty(), Optional.ofNullable(slot),
                Optional.of(1L));
    }

    private static KeySlotChange erase(Long slot, String oldSecret) {
        return new KeySlotChange(false, Optional.empty(), Optional.ofNullable(oldSecret), Optional.ofNullable(slot),
                Optional.empty());
    }

    private void apply(KeySlotChange change, boolean force) throws IOException {
        change.apply(volume(), TestSecrets::of, "first", force);
    }

    private boolean opens(String secret) throws IOException {
        try {
            volume().unlock(TestSecrets.of(secret));
            return true;
        } catch (BlockException e) {
            assertEquals(ErrorKind.PERMISSION, e.kind());
            return false;
        }
    }

    private void refused(KeySlotChange change, String part) {
        byte[] before = storage.bytes().clone();
        BlockException e = assertThrows(BlockException.class, () -> apply(change, false));
        assertTrue(e.problem().contains(part), e.problem());
        assertArrayEquals(before, storage.bytes());
    }

    @Test
    void unlock_passphrases_onlyTheRightOneOpens() throws IOException {
        assertTrue(opens("first"));
        assertFalse(opens("wrong"));
    }

    @Test
    void fill_freeSlot_opensWithBoth() throws IOException {
        apply(fill("second", null), false);
        assertTrue(opens("first"));
        assertTrue(opens("second"));
        assertArrayEquals(volume().unlock(TestSecrets.of("first")), volume().unlock(TestSecrets.of("second")));
        assertTrue(volume().header().slots().get(1).active());
    }

    @Test
    void fill_slotInUse_isRefusedUnlessForced() throws IOException {
        refused(fill("second", 0L), "Refusing to overwrite active keyslot 0");
        apply(fill("second", 0L), true);
        assertFalse(opens("first"));
        assertTrue(opens("second"));
    }

    @Test
    void fill_noSlotFree_isRefused() throws IOException {
        for (long slot = 1; slot < 8; slot++) {
            apply(fill("second", slot), false);
        }
        refused(fill("second", null), "all keyslots are in use");
    }

    @Test
    void fill_powerCutBeforeTheSlot_changesNothing() throws IOException {
        LuksStorage cut = new LuksStorage() {
            @Override
            public void read(long offset, ByteBuffer dst) {
                storage.read(offset, dst);
            }

            @Override
            public void write(long offset, ByteBuffer src) throws IOException {
                if (offset < LuksHeader.BYTES) {
                    throw new IOException("cut");
                }
                storage.write(offset, src);
            }

            @Override
            public void flush() {
                storage.flush();
            }
        };
        assertThrows(IOException.class, () -> fill("second", null).apply(LuksVolume.open(cut), TestSecrets::of, "first",
                false));
        assertTrue(opens("first"));
        assertFalse(opens("second"));
    }

    @Test
    void erase_bySlot_destroysItsMaterial() throws IOException {
        apply(fill("second", 3L), false);
        LuksHeader active = volume().header();
        apply(erase(3L, null), false);
        assertFalse(opens("second"));
        // Not even somebody who kept the old header gets in.
        storage.write(0, active.encode());
        assertFalse(opens("second"));
        assertTrue(opens("first"));
    }

    @Test
    void erase_byOldSecret_erasesEverySlotOfIt() throws IOException {
        apply(fill("second", 3L), false);
        apply(fill("second", 5L), false);
        apply(erase(null, "second"), false);
        assertFalse(opens("second"));
        assertEquals(1, volume().header().slots().stream().filter(KeySlot::active).count());
    }

    @Test
    void erase_lastSlot_isRefusedUnlessForced() throws IOException {
        refused(erase(0L, null), "only active keyslot 0");
        refused(erase(null, "first"), "All the active keyslots match");
        apply(erase(0L, null), true);
        assertFalse(opens("first"));
    }

    @ParameterizedTest
    @CsvSource({"8, , Invalid keyslot 8", "4, , already erased", "0, wrong, doesn't contain the given old password",
        ", wrong, No keyslots match", ", , To erase keyslot(s)"})
    void erase_whatIsNotThere_isRefused(Long slot, String oldSecret, String part) {
        refused(erase(slot, oldSecret), part);
    }

    @Test
    void change_optionsOfTheOtherState_areRefused() {
        refused(new KeySlotChange(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                "'new-secret' is required");
        refused(new KeySlotChange(true, Optional.of("second"), Optional.of("first"), Optional.empty(),
                Optional.empty()), "'old-secret' must not");
        refused(new KeySlotChange(false, Optional.of("second"), Optional.empty(), Optional.of(0L), Optional.empty()),
                "'new-secret' must not");
        refused(new KeySlotChange(false, Optional.empty(), Optional.empty(), Optional.of(0L), Optional.of(1L)),
                "'iter-time' must not");
    }

    @Test
    void parse_whatWasEncoded_isEqual() throws BlockException {
        LuksHeader header = LuksHeader.parse(ByteBuffer.wrap(pristine, 0, LuksHeader.BYTES));
        assertEquals(ByteBuffer.wrap(pristine, 0, LuksHeader.BYTES), header.encode());
    }

    @ParameterizedTest
    @CsvSource({"0, 00, not in LUKS format", "6, 0002, LUKS version 2", "8, 58, Algorithm 'Xes'",
        "40, 58, Cipher mode", "44, 58, IV generator", "72, 58, Hash algorithm", "104, 00000007, payload is overlapping",
        "104, 00000008, Keyslot 0 is overlapping with the encrypted payload", "108, 00000011, key size 17",
        "108, ffffffff, key size 4294967295", "164, 00000000, iteration count is zero", "208, 00000000, Keyslot 0 state",
        "212, 00000000, Keyslot 0 iteration count", "248, 00000007, Keyslot 0 is overlapping with the LUKS header",
        "248, ffffffff, Keyslot 0 is overlapping with the encrypted payload", "296, 00000009, Keyslots 0 and 1",
        "164, 80000000, iteration count is 2147483648",
        "212, 10000001, Keyslot 0 iteration count is 268435457", "252, 00000fa1, stripes count 4001"})
    void parse_brokenField_isNamed(int offset, String bytes, String part) {
        byte[] broken = pristine.clone();
        byte[] patch = HexFormat.of().parseHex(bytes);
        System.arraycopy(patch, 0, broken, offset, patch.length);
        BlockException e = assertThrows(BlockException.class,
                () -> LuksHeader.parse(ByteBuffer.wrap(broken, 0, LuksHeader.BYTES)));
        assertTrue(e.problem().contains(part), e.problem());
    }

    @ParameterizedTest
    @CsvSource({"8", "40", "72"})
    void parse_textThatDoesNotEnd_isRefused(int offset) {
        byte[] broken = pristine.clone();
        Arrays.fill(broken, offset, offset + 32, (byte) 'a');
        assertThrows(BlockException.class, () -> LuksHeader.parse(ByteBuffer.wrap(broken, 0, LuksHeader.BYTES)));
    }

    @Test
    void parse_randomDamage_isRefusedOrRead() {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] broken = Arrays.copyOf(pristine, LuksHeader.BYTES);
            for (int i = 0; i <= random.nextInt(6); i++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            try {
                LuksHeader.parse(ByteBuffer.wrap(broken));
            } catch (BlockException e) {
                assertFalse(e.problem().isEmpty(), "seed " + seed);
            }
        }
    }
}
