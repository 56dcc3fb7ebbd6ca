// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import dev.varve.api.spi.QDictOrder;
import java.util.Collection;
import java.util.List;

/**
 * The order in which QEMU's tools print the members of an object: that of the buckets of its {@code QDict}, and within
 * a bucket the one that was inserted last comes first. Programs that compare the output as text rely on it.
 */
public final class QemuKeyOrder {
    private QemuKeyOrder() {
    }

    /**
     * Puts keys in QEMU's order.
     *
     * @param keys in the order of insertion
     * @return a new list
     */
    public static List<String> of(Collection<String> keys) {
        return QDictOrder.of(keys);
    }

    /**
     * The bucket of a key: the hash of the trivial database (TDB) that QEMU uses, modulo the number of buckets.
     *
     * @param key a member's name
     * @return 0 to 511
     */
    static int bucket(String key) {
        return QDictOrder.bucket(key);
    }
}
