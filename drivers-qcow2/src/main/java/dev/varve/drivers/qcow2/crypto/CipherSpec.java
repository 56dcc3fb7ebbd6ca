// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.util.Optional;

/**
 * How sectors are encrypted.
 *
 * @param algorithm the block cipher
 * @param mode how it is applied
 * @param iv where initialization vectors come from
 * @param ivHash the hash of ESSIV; others may name one and do not use it
 */
public record CipherSpec(CipherAlgorithm algorithm, CipherMode mode, IvAlgorithm iv, Optional<HashAlgorithm> ivHash) {
    /** The legacy encryption of qcow2 (QEMU's {@code crypto/block-qcow.c}). */
    public static final CipherSpec QCOW_AES =
            new CipherSpec(CipherAlgorithm.AES_128, CipherMode.CBC, IvAlgorithm.PLAIN64, Optional.empty());

    /**
     * The length of the key.
     *
     * @return bytes; two keys for XTS
     */
    public int keyBytes() {
        return mode.keyBytes(algorithm);
    }

    /** Refuses what cannot be done with the JDK's ciphers. */
    void checkOffered() throws BlockException {
        algorithm.checkOffered();
        if (iv == IvAlgorithm.ESSIV) {
            HashAlgorithm hash = essivHash();
            hash.digest();
            int bytes = hash.digestBytes();
            if (bytes != 16 && bytes != 24 && bytes != 32) {
                throw BlockException.unsupported("No " + algorithm.text() + " cipher with key size " + bytes
                        + " available, which ivgen-alg essiv needs with ivgen-hash-alg " + hash.text());
            }
        }
    }

    HashAlgorithm essivHash() throws BlockException {
        return ivHash.orElseThrow(() -> BlockException.corrupt(
                "ivgen-alg is essiv without a hash, allowed is essiv with one, as essiv:sha256"));
    }

    /** The text of a LUKS header's field {@code cipher-mode}. */
    String luksMode() {
        return mode.text() + "-" + iv.text() + ivHash.map(hash -> ":" + hash.text()).orElse("");
    }
}
