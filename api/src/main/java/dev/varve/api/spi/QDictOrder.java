// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The order in which QEMU writes the members of an object: that of the buckets of its {@code QDict}, and within a
 * bucket the one that was inserted last comes first. Programs that compare its output as text rely on it.
 */
public final class QDictOrder {
    private static final int BUCKETS = 512;

    private QDictOrder() {
    }

    /**
     * Puts keys in QEMU's order.
     *
     * @param keys in the order of insertion
     * @return a new list
     */
    public static List<String> of(Collection<String> keys) {
        List<String> sorted = new ArrayList<>(new ArrayList<>(keys).reversed());
        sorted.sort((a, b) -> Integer.compare(bucket(a), bucket(b)));
        return sorted;
    }

    /**
     * The bucket of a key: the hash of the trivial database (TDB) that QEMU uses, modulo the number of buckets.
     *
     * @param key a member's name
     * @return 0 to 511
     */
    public static int bucket(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int value = 0x238F13AF * bytes.length;
        for (int i = 0; i < bytes.length; i++) {
            value += Byte.toUnsignedInt(bytes[i]) << (i * 5 % 24);
        }
        return Integer.remainderUnsigned(1103515243 * value + 12345, BUCKETS);
    }
}
