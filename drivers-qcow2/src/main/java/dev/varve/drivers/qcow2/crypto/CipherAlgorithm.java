// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The block ciphers that an image can name (QEMU's {@code QCryptoCipherAlgorithm}). Only AES is part of the JDK; the
 * others are known, so that an image can be described and a refusal can name them.
 */
public enum CipherAlgorithm {
    /** AES with a key of 16 bytes. */
    AES_128("aes-128", "aes", 16),
    /** AES with a key of 24 bytes. */
    AES_192("aes-192", "aes", 24),
    /** AES with a key of 32 bytes. */
    AES_256("aes-256", "aes", 32),
    /** DES; no name in LUKS. */
    DES("des", "", 8),
    /** Triple DES; no name in LUKS. */
    TRIPLE_DES("3des", "", 24),
    /** CAST5. */
    CAST5_128("cast5-128", "cast5", 16),
    /** Serpent with a key of 16 bytes. */
    SERPENT_128("serpent-128", "serpent", 16),
    /** Serpent with a key of 24 bytes. */
    SERPENT_192("serpent-192", "serpent", 24),
    /** Serpent with a key of 32 bytes. */
    SERPENT_256("serpent-256", "serpent", 32),
    /** Twofish with a key of 16 bytes. */
    TWOFISH_128("twofish-128", "twofish", 16),
    /** Twofish with a key of 24 bytes. */
    TWOFISH_192("twofish-192", "twofish", 24),
    /** Twofish with a key of 32 bytes. */
    TWOFISH_256("twofish-256", "twofish", 32);

    private static final String OFFERED = Arrays.stream(values()).filter(CipherAlgorithm::isOffered)
            .map(CipherAlgorithm::text).collect(Collectors.joining(", "));

    private final String text;
    private final String luksName;
    private final int keyBytes;

    CipherAlgorithm(String text, String luksName, int keyBytes) {
        this.text = text;
        this.luksName = luksName;
        this.keyBytes = keyBytes;
    }

    /**
     * The name in options.
     *
     * @return QEMU's
     */
    public String text() {
        return text;
    }

    String luksName() {
        return luksName;
    }

    int keyBytes() {
        return keyBytes;
    }

    boolean isOffered() {
        return luksName.equals("aes");
    }

    /** Refuses what the JDK has no cipher for. */
    CipherAlgorithm checkOffered() throws BlockException {
        if (!isOffered()) {
            throw BlockException.unsupported("Algorithm '" + text + "' not supported, allowed are " + OFFERED);
        }
        return this;
    }

    /**
     * All names in options.
     *
     * @return in QEMU's order
     */
    public static List<String> names() {
        return Arrays.stream(values()).map(CipherAlgorithm::text).toList();
    }

    /**
     * The algorithm of a name in options.
     *
     * @param text one of {@link #names}
     * @return the algorithm
     * @throws BlockException of kind INVALID_OPTION where there is none
     */
    public static CipherAlgorithm of(String text) throws BlockException {
        return Names.find(values(), CipherAlgorithm::text, text, "cipher-alg");
    }

    static Optional<CipherAlgorithm> ofLuks(String luksName, int keyBytes) {
        return Arrays.stream(values()).filter(algorithm -> !algorithm.luksName.isEmpty()
                && algorithm.luksName.equals(luksName) && algorithm.keyBytes == keyBytes).findFirst();
    }
}
