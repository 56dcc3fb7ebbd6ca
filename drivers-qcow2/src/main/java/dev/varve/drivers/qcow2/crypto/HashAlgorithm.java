// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The hashes that an image can name (QEMU's {@code QCryptoHashAlgorithm}). */
public enum HashAlgorithm {
    /** MD5. */
    MD5("MD5", 16, 64),
    /** SHA-1. */
    SHA1("SHA-1", 20, 64),
    /** SHA-224. */
    SHA224("SHA-224", 28, 64),
    /** SHA-256. */
    SHA256("SHA-256", 32, 64),
    /** SHA-384. */
    SHA384("SHA-384", 48, 128),
    /** SHA-512. */
    SHA512("SHA-512", 64, 128),
    /** RIPEMD-160, which the JDK does not have. */
    RIPEMD160("RIPEMD160", 20, 64);

    private final String javaName;
    private final int digestBytes;
    private final int blockBytes;

    HashAlgorithm(String javaName, int digestBytes, int blockBytes) {
        this.javaName = javaName;
        this.digestBytes = digestBytes;
        this.blockBytes = blockBytes;
    }

    /**
     * The name in options and in LUKS headers.
     *
     * @return lower case
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    int digestBytes() {
        return digestBytes;
    }

    int blockBytes() {
        return blockBytes;
    }

    MessageDigest digest() throws BlockException {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new BlockException(ErrorKind.UNSUPPORTED,
                    "Hash algorithm " + text() + " not supported, this Java has none of that name", e);
        }
    }

    /**
     * All names in options.
     *
     * @return in QEMU's order
     */
    public static List<String> names() {
        return Arrays.stream(values()).map(HashAlgorithm::text).toList();
    }

    /**
     * The algorithm of a name in options.
     *
     * @param text one of {@link #names}
     * @param option the option, for the message
     * @return the algorithm
     * @throws BlockException of kind INVALID_OPTION where there is none
     */
    public static HashAlgorithm of(String text, String option) throws BlockException {
        return Names.find(values(), HashAlgorithm::text, text, option);
    }

    static Optional<HashAlgorithm> ofLuks(String name) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.text().equals(name)).findFirst();
    }
}
