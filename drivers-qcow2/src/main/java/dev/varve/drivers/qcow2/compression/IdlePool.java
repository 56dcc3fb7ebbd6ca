// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Things that are costly to make and used by one thread at a time; a few are kept. Thread-safe. */
final class IdlePool<T> {
    private static final int KEPT = 8;

    private final AtomicReferenceArray<@Nullable T> idle = new AtomicReferenceArray<>(KEPT);
    private final Supplier<T> maker;
    private final Consumer<T> release;

    /**
     * An empty pool.
     *
     * @param maker makes another one
     * @param release ends one that is not kept
     */
    IdlePool(Supplier<T> maker, Consumer<T> release) {
        this.maker = maker;
        this.release = release;
    }

    T take() {
        for (int i = 0; i < KEPT; i++) {
            T kept = idle.get(i) == null ? null : idle.getAndSet(i, null);
            if (kept != null) {
                return kept;
            }
        }
        return maker.get();
    }

    void giveBack(T used) {
        for (int i = 0; i < KEPT; i++) {
            if (idle.compareAndSet(i, null, used)) {
                return;
            }
        }
        release.accept(used);
    }
}
