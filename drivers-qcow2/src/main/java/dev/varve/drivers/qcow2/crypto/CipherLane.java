// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one thread at a time needs to encrypt: the JDK's cipher objects and buffers. Everything is done on whole runs of
 * sectors, because one call of the JDK's ECB cipher on many blocks runs at the processor's speed and many calls on one
 * block do not. Confined to one thread between taking and giving back.
 */
abstract sealed class CipherLane permits XtsLane, CbcLane, EcbLane, CtrLane {
    /** The most bytes of one run: input, output and tweaks stay in the processor's nearest caches. */
    static final int BYTES = 16 << 10;
    /** The block size of the cipher. */
    static final int BLOCK = 16;

    /** The bytes of a run before. */
    final byte[] in = new byte[BYTES];
    /** The bytes of a run after. */
    final byte[] out = new byte[BYTES];

    /** A lane for the cipher. */
    static CipherLane of(CipherSpec spec, byte[] key) throws BlockException, GeneralSecurityException {
        return switch (spec.mode()) {
            case XTS -> {
                int half = key.length / 2;
                yield new XtsLane(IvSource.of(spec, key), Arrays.copyOf(key, half),
                        Arrays.copyOfRange(key, half, key.length));
            }
            case CBC -> new CbcLane(IvSource.of(spec, key), key);
            case ECB -> new EcbLane(key);
            case CTR -> new CtrLane(IvSource.of(spec, key), key);
        };
    }

    static Cipher blocks(int operation, byte[] key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(operation, new SecretKeySpec(key, "AES"));
        return cipher;
    }

    /** Encrypts the first bytes of {@link #in} to {@link #out}. */
    abstract void encrypt(long sector, int bytes) throws GeneralSecurityException;

    /** Decrypts the first bytes of {@link #in} to {@link #out}; may use {@link #in} up. */
    abstract void decrypt(long sector, int bytes) throws GeneralSecurityException;
}
