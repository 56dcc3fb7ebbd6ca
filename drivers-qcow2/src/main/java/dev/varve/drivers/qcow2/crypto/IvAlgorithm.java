// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a sector's initialization vector comes from its number (QEMU's {@code QCryptoIVGenAlgorithm}). */
public enum IvAlgorithm {
    /** The number modulo 2<sup>32</sup>, little endian. */
    PLAIN,
    /** The number, little endian. */
    PLAIN64,
    /** The number encrypted with the hash of the key. */
    ESSIV;

    /**
     * The name in options and in LUKS headers.
     *
     * @return lower case
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * All names in options.
     *
     * @return in QEMU's order
     */
    public static List<String> names() {
        return Arrays.stream(values()).map(IvAlgorithm::text).toList();
    }

    /**
     * The algorithm of a name in options.
     *
     * @param text one of {@link #names}
     * @return the algorithm
     * @throws BlockException of kind INVALID_OPTION where there is none
     */
    public static IvAlgorithm of(String text) throws BlockException {
        return Names.find(values(), IvAlgorithm::text, text, "ivgen-alg");
    }

    static Optional<IvAlgorithm> ofLuks(String name) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.text().equals(name)).findFirst();
    }
}
