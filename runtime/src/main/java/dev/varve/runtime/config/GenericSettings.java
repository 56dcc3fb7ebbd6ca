// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.spi.NodeSettings.DetectZeroes;
import java.util.Optional;

/**
 * What one definition says of the options that every node has. Empty where it says nothing, so that the value is
 * inherited or a default.
 *
 * @param readOnly {@code read-only}
 * @param autoReadOnly {@code auto-read-only}: read-only if it cannot be opened otherwise
 * @param forceShare {@code force-share}
 * @param cacheDirect {@code cache.direct}
 * @param cacheNoFlush {@code cache.no-flush}
 * @param discardUnmap {@code discard}
 * @param detectZeroes {@code detect-zeroes}
 * @param chainCollapse {@code chain-collapse}
 */
public record GenericSettings(Optional<Boolean> readOnly, Optional<Boolean> autoReadOnly,
        Optional<Boolean> forceShare, Optional<Boolean> cacheDirect, Optional<Boolean> cacheNoFlush,
        Optional<Boolean> discardUnmap, Optional<DetectZeroes> detectZeroes, Optional<Boolean> chainCollapse) {
    /** Says nothing. */
    public static final GenericSettings NONE = new GenericSettings(Optional.empty(), Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
