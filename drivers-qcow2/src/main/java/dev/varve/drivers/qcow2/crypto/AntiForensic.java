// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Blows a key up to many stripes all of which are needed to get it back, so that it is gone when any of them is ("LUKS
 * On-Disk Format Specification", section 2.4).
 */
final class AntiForensic {
    private AntiForensic() {
    }

    /** The stripes of a key, one behind the other. */
    static byte[] split(HashAlgorithm hash, byte[] key, int stripes, SecureRandom random) throws BlockException {
        byte[] material = new byte[key.length * stripes];
        random.nextBytes(material);
        int last = material.length - key.length;
        byte[] sum = diffuseAllButLast(hash, material, key.length);
        for (int i = 0; i < key.length; i++) {
            material[last + i] = (byte) (sum[i] ^ key[i]);
        }
        return material;
    }

    /** The key of stripes. */
    static byte[] merge(HashAlgorithm hash, byte[] material, int keyBytes) throws BlockException {
        byte[] sum = diffuseAllButLast(hash, material, keyBytes);
        int last = material.length - keyBytes;
        for (int i = 0; i < keyBytes; i++) {
            sum[i] ^= material[last + i];
        }
        return sum;
    }

    private static byte[] diffuseAllButLast(HashAlgorithm hash, byte[] material, int keyBytes)
            throws BlockException {
        MessageDigest digest = hash.digest();
        byte[] sum = new byte[keyBytes];
        for (int at = 0; at < material.length - keyBytes; at += keyBytes) {
            for (int i = 0; i < keyBytes; i++) {
                sum[i] ^= material[at + i];
            }
            diffuse(digest, sum);
        }
        return sum;
    }

    /** Puts the hash of its number and itself in the place of each piece as long as a digest. */
    private static void diffuse(MessageDigest digest, byte[] block) {
        int size = digest.getDigestLength();
        for (int piece = 0; piece * size < block.length; piece++) {
            int at = piece * size;
            int bytes = Math.min(size, block.length - at);
            digest.update(new byte[] {(byte) (piece >>> 24), (byte) (piece >>> 16), (byte) (piece >>> 8),
                (byte) piece});
            digest.update(block, at, bytes);
            byte[] hashed = digest.digest();
            System.arraycopy(hashed, 0, block, at, bytes);
            Arrays.fill(hashed, (byte) 0);
        }
    }
}
