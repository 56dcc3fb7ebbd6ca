// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import java.util.Optional;

/** Where drivers find keys and passwords (QEMU's {@code secret} objects). Thread-safe. */
@FunctionalInterface
public interface SecretSource {
    /** Knows none. */
    SecretSource NONE = id -> Optional.empty();

    /**
     * Finds a secret.
     *
     * @param id what options such as {@code key-secret} name
     * @return a copy of its bytes, which the caller may wipe; empty where there is none of that name
     */
    Optional<byte[]> find(String id);
}
