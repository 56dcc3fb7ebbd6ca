// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a block cipher is applied to a sector (QEMU's {@code QCryptoCipherMode}). */
public enum CipherMode {
    /** Each block by itself. */
    ECB,
    /** Each block with the encrypted one before it. */
    CBC,
    /** Each block with a tweak of its place (IEEE 1619); the key is two keys. */
    XTS,
    /** A key stream of encrypted counters. */
    CTR;

    /**
     * The name in options and in LUKS headers.
     *
     * @return lower case
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    int keyBytes(CipherAlgorithm algorithm) {
        return this == XTS ? 2 * algorithm.keyBytes() : algorithm.keyBytes();
    }

    /**
     * All names in options.
     *
     * @return in QEMU's order
     */
    public static List<String> names() {
        return Arrays.stream(values()).map(CipherMode::text).toList();
    }

    /**
     * The mode of a name in options.
     *
     * @param text one of {@link #names}
     * @return the mode
     * @throws BlockException of kind INVALID_OPTION where there is none
     */
    public static CipherMode of(String text) throws BlockException {
        return Names.find(values(), CipherMode::text, text, "cipher-mode");
    }

    static Optional<CipherMode> ofLuks(String name) {
        return Arrays.stream(values()).filter(mode -> mode.text().equals(name)).findFirst();
    }
}
