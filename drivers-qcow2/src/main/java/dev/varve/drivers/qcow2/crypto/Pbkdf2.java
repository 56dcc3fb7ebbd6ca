// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * PBKDF2 with HMAC (RFC 8018, section 5.2) over bytes. The JDK's takes characters and hashes the key's pads again in each
 * iteration; here the hash's state behind them is copied, which halves the work. Confined to one thread.
 */
final class Pbkdf2 {
    private static final int INNER_PAD = 0x36;
    private static final int OUTER_PAD = 0x5c;

    private final HashAlgorithm hash;
    private final MessageDigest inner;
    private final MessageDigest outer;

    Pbkdf2(HashAlgorithm hash, byte[] password) throws BlockException {
        this.hash = hash;
        byte[] key = password.length > hash.blockBytes() ? hash.digest().digest(password) : password;
        this.inner = padded(key, INNER_PAD);
        this.outer = padded(key, OUTER_PAD);
    }

    private MessageDigest padded(byte[] key, int pad) throws BlockException {
        byte[] block = Arrays.copyOf(key, hash.blockBytes());
        for (int i = 0; i < block.length; i++) {
            block[i] ^= (byte) pad;
        }
        MessageDigest digest = hash.digest();
        digest.update(block);
        Arrays.fill(block, (byte) 0);
        return digest;
    }

    /** The key of a length that belongs to the password. */
    byte[] derive(byte[] salt, long iterations, int bytes) throws BlockException {
        byte[] key = new byte[bytes];
        try {
            int size = hash.digestBytes();
            for (int block = 0; block * size < bytes; block++) {
                byte[] part = block(salt, block + 1, iterations);
                System.arraycopy(part, 0, key, block * size, Math.min(size, bytes - block * size));
            }
        } catch (CloneNotSupportedException | DigestException e) {
            throw new BlockException(ErrorKind.UNSUPPORTED,
                    "Hash algorithm " + hash.text() + " not supported, this Java's cannot be copied", e);
        }
        return key;
    }

    private byte[] block(byte[] salt, int number, long iterations)
            throws CloneNotSupportedException, DigestException {
        byte[] first = Arrays.copyOf(salt, salt.length + Integer.BYTES);
        for (int i = 0; i < Integer.BYTES; i++) {
            first[salt.length + i] = (byte) (number >>> 24 - 8 * i);
        }
        byte[] word = new byte[hash.digestBytes()];
        hmac(first, word);
        byte[] sum = word.clone();
        for (long i = 1; i < iterations; i++) {
            hmac(word, word);
            for (int at = 0; at < sum.length; at++) {
                sum[at] ^= word[at];
            }
        }
        return sum;
    }

    private void hmac(byte[] message, byte[] dst) throws CloneNotSupportedException, DigestException {
        MessageDigest first = (MessageDigest) inner.clone();
        first.update(message);
        first.digest(dst, 0, dst.length);
        MessageDigest second = (MessageDigest) outer.clone();
        second.update(dst);
        second.digest(dst, 0, dst.length);
    }
}
