// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.spi.OptionSchema;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The options of a driver in the combinations that definitions are read with. The last ones are remembered, since each
 * layer of a long chain needs them.
 *
 * @param own what the driver declares
 * @param all with those that every node has
 * @param plain without children
 */
record DriverSchemas(OptionSchema own, OptionSchema all, OptionSchema plain) {
    private static final int REMEMBERED = 64;
    private static final AtomicReferenceArray<DriverSchemas> LAST = new AtomicReferenceArray<>(REMEMBERED);

    static DriverSchemas of(OptionSchema own) {
        int slot = System.identityHashCode(own) & REMEMBERED - 1;
        DriverSchemas known = LAST.get(slot);
        if (known == null || !known.own.equals(own)) {
            known = new DriverSchemas(own, own.and(GenericOptions.SCHEMA.specs()), own.withoutChildren());
            LAST.set(slot, known);
        }
        return known;
    }
}
