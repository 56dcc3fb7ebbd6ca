// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeyDerivationTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** RFC 6070. */
    @ParameterizedTest
    @CsvSource({"password, salt, 1, 0c60c80f961f0e71f3a9b524af6012062fe037a6",
        "password, salt, 2, ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957",
        "password, salt, 4096, 4b007901b765489abead49d926f721d065a429c1",
        "passwordPASSWORDpassword, saltSALTsaltSALTsaltSALTsaltSALTsalt, 4096,"
            + "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"})
    void pbkdf2_vectorsOfTheRfc_giveItsKey(String password, String salt, int iterations, String expected)
            throws Exception {
        byte[] key = new Pbkdf2(HashAlgorithm.SHA1, ascii(password)).derive(ascii(salt), iterations,
                expected.length() / 2);
        assertEquals(expected, HexFormat.of().formatHex(key));
    }

    @ParameterizedTest
    @CsvSource({"SHA1, PBKDF2WithHmacSHA1", "SHA224, PBKDF2WithHmacSHA224", "SHA256, PBKDF2WithHmacSHA256",
        "SHA384, PBKDF2WithHmacSHA384", "SHA512, PBKDF2WithHmacSHA512"})
    void pbkdf2_anyHash_isTheJdks(HashAlgorithm hash, String name) throws Exception {
        for (String password : new String[] {"p", "x".repeat(64), "y".repeat(300)}) {
            byte[] expected = SecretKeyFactory.getInstance(name).generateSecret(
                    new PBEKeySpec(password.toCharArray(), ascii("a salt"), 77, 8 * 150)).getEncoded();
            assertArrayEquals(expected, new Pbkdf2(hash, ascii(password)).derive(ascii("a salt"), 77, 150));
        }
    }

    @ParameterizedTest
    @EnumSource(value = HashAlgorithm.class, names = "RIPEMD160", mode = EnumSource.Mode.EXCLUDE)
    void antiForensic_mergedStripes_areTheKeyAndNoStripeCanBeMissing(HashAlgorithm hash) throws Exception {
        byte[] key = new byte[64];
        new SecureRandom().nextBytes(key);
        byte[] stripes = AntiForensic.split(hash, key, 50, new SecureRandom());
        assertEquals(50 * 64, stripes.length);
        assertArrayEquals(key, AntiForensic.merge(hash, stripes, 64));
        stripes[17 * 64] ^= 1;
        assertFalse(Arrays.equals(key, AntiForensic.merge(hash, stripes, 64)));
    }

    @Test
    void hash_thatTheJdkLacks_isRefusedByName() {
        BlockException e = assertThrows(BlockException.class, () -> HashAlgorithm.RIPEMD160.digest());
        assertTrue(e.problem().contains("ripemd160"), e.problem());
    }

    @Test
    void iterations_ofATime_growWithIt() throws Exception {
        byte[] salt = new byte[32];
        long some = IterationCount.forTime(HashAlgorithm.SHA256, salt, salt, 32, 20, 1);
        long more = IterationCount.forTime(HashAlgorithm.SHA256, salt, salt, 32, 2000, 1);
        assertTrue(more > 10 * some, some + " in 20 ms, " + more + " in 2 s");
        assertEquals(IterationCount.MIN, IterationCount.forTime(HashAlgorithm.SHA256, salt, salt, 32, 0, 1));
    }

    @Test
    void iterations_ofATimeThatNoHeaderCanHold_areRefused() {
        byte[] salt = new byte[32];
        BlockException e = assertThrows(BlockException.class,
                () -> IterationCount.forTime(HashAlgorithm.SHA256, salt, salt, 32, Long.MAX_VALUE / 2, 1));
        assertTrue(e.problem().contains("iter-time"), e.problem());
    }
}
