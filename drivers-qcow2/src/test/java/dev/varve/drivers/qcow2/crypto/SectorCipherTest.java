// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SectorCipherTest {
    private static CipherSpec spec(CipherAlgorithm algorithm, CipherMode mode, IvAlgorithm iv) {
        return new CipherSpec(algorithm, mode, iv,
                iv == IvAlgorithm.ESSIV ? Optional.of(HashAlgorithm.SHA256) : Optional.empty());
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] encrypt(SectorCipher cipher, long sector, byte[] plain) throws BlockException {
        ByteBuffer out = ByteBuffer.allocate(plain.length);
        cipher.encrypt(sector, ByteBuffer.wrap(plain), out);
        assertFalse(out.hasRemaining());
        return out.array();
    }

    /** IEEE 1619-2007, annex B, vectors 4 and 10: the beginnings of their data units of 512 bytes. */
    @ParameterizedTest
    @CsvSource({
        "AES_128, 0, 27182818284590452353602874713526, 31415926535897932384626433832795,"
            + "27a7479befa1d476489f308cd4cfa6e2a96e4bbe3208ff25287dd3819616e89c"
            + "c78cf7f5e543445f8333d8fa7f56000005279fa5d8b5e4ad40e736ddb4d35412",
        "AES_256, 255, 2718281828459045235360287471352662497757247093699959574966967627,"
            + "3141592653589793238462643383279502884197169399375105820974944592,"
            + "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b"
            + "5d31e276f8fe4a8d66b317f9ac683f44680a86ac35adfc3345befecb4bb188fd"})
    void xts_vectorsOfTheStandard_giveItsCipherText(CipherAlgorithm algorithm, long sector, String key, String tweakKey,
            String expected) throws Exception {
        SectorCipher cipher = new SectorCipher(spec(algorithm, CipherMode.XTS, IvAlgorithm.PLAIN64),
                HexFormat.of().parseHex(key + tweakKey));
        byte[] plain = new byte[512];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) i;
        }
        assertEquals(expected, HexFormat.of().formatHex(encrypt(cipher, sector, plain), 0, expected.length() / 2));
    }

    @Test
    void cbc_manySectors_isTheJdksCbcOfEachSector() throws Exception {
        byte[] key = bytes(32, 1);
        byte[] plain = bytes(100 * 512, 2);
        SectorCipher cipher = new SectorCipher(spec(CipherAlgorithm.AES_256, CipherMode.CBC, IvAlgorithm.PLAIN64), key);
        byte[] encrypted = encrypt(cipher, 1L << 33, plain);
        for (int i = 0; i < 100; i++) {
            byte[] iv = new byte[16];
            Words.putLittle(iv, 0, (1L << 33) + i);
            Cipher jdk = Cipher.getInstance("AES/CBC/NoPadding");
            jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
            assertArrayEquals(jdk.doFinal(plain, i * 512, 512), Arrays.copyOfRange(encrypted, i * 512, i * 512 + 512));
        }
    }

    @Test
    void ctr_manySectors_isTheJdksCtrOfEachSector() throws Exception {
        byte[] key = bytes(16, 1);
        byte[] plain = bytes(40 * 512, 2);
        SectorCipher cipher = new SectorCipher(spec(CipherAlgorithm.AES_128, CipherMode.CTR, IvAlgorithm.ESSIV), key);
        byte[] encrypted = encrypt(cipher, 7, plain);
        byte[] ivs = new byte[40 * 16];
        IvSource.of(spec(CipherAlgorithm.AES_128, CipherMode.CTR, IvAlgorithm.ESSIV), key).fill(7, 32, ivs);
        for (int i = 0; i < 32; i++) {
            Cipher jdk = Cipher.getInstance("AES/CTR/NoPadding");
            jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(Arrays.copyOfRange(ivs, i * 16, i * 16 + 16)));
            assertArrayEquals(jdk.doFinal(plain, i * 512, 512), Arrays.copyOfRange(encrypted, i * 512, i * 512 + 512));
        }
    }

    @ParameterizedTest
    @EnumSource(CipherMode.class)
    void decrypt_whatWasEncryptedInPieces_isThePlainText(CipherMode mode) throws Exception {
        for (IvAlgorithm iv : IvAlgorithm.values()) {
            for (CipherAlgorithm algorithm : new CipherAlgorithm[] {CipherAlgorithm.AES_128, CipherAlgorithm.AES_192,
                CipherAlgorithm.AES_256}) {
                CipherSpec spec = spec(algorithm, mode, iv);
                SectorCipher cipher = new SectorCipher(spec, bytes(spec.keyBytes(), 3));
                byte[] plain = bytes(83 * 512, 4);
                ByteBuffer pieces = ByteBuffer.allocateDirect(plain.length);
                long first = (1L << 32) - 40;
                for (int at = 0; at < plain.length;) {
                    int now = Math.min(plain.length - at, 512 * (1 + at / 512 % 7));
                    cipher.encrypt(first + at / 512, ByteBuffer.wrap(plain, at, now), pieces);
                    at += now;
                }
                cipher.decrypt(first, pieces.flip());
                byte[] decrypted = new byte[plain.length];
                pieces.get(0, decrypted);
                assertArrayEquals(plain, decrypted, () -> spec.toString());
            }
        }
    }

    @Test
    void plain_sectorsBeyond32Bits_takeTheLowerHalf() throws Exception {
        byte[] key = bytes(16, 5);
        SectorCipher cipher = new SectorCipher(spec(CipherAlgorithm.AES_128, CipherMode.CBC, IvAlgorithm.PLAIN), key);
        byte[] plain = bytes(512, 6);
        assertArrayEquals(encrypt(cipher, 3, plain), encrypt(cipher, (1L << 32) + 3, plain));
    }

    @ParameterizedTest
    @EnumSource(value = CipherAlgorithm.class, names = "AES_.*", mode = EnumSource.Mode.MATCH_NONE)
    void newCipher_algorithmThatTheJdkLacks_isRefusedByName(CipherAlgorithm algorithm) {
        CipherSpec spec = spec(algorithm, CipherMode.CBC, IvAlgorithm.PLAIN64);
        BlockException e = assertThrows(BlockException.class,
                () -> new SectorCipher(spec, new byte[spec.keyBytes()]));
        assertTrue(e.problem().contains(algorithm.text()), e.problem());
    }

    @Test
    void encrypt_noWholeSectors_isTheCallersMistake() throws Exception {
        SectorCipher cipher = new SectorCipher(CipherSpec.QCOW_AES, new byte[16]);
        assertThrows(IllegalArgumentException.class,
                () -> cipher.encrypt(0, ByteBuffer.allocate(513), ByteBuffer.allocate(1024)));
    }
}
