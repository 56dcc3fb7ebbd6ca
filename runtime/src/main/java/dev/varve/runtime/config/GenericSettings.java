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

    // Written out, as those of other records that a command compares when it starts: what the compiler makes of a
    // record is linked at the first call, which takes several milliseconds.
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof GenericSettings that && readOnly.equals(that.readOnly)
                && autoReadOnly.equals(that.autoReadOnly) && forceShare.equals(that.forceShare)
                && cacheDirect.equals(that.cacheDirect) && cacheNoFlush.equals(that.cacheNoFlush)
                && discardUnmap.equals(that.discardUnmap) && detectZeroes.equals(that.detectZeroes)
                && chainCollapse.equals(that.chainCollapse);
    }

    @Override
    public int hashCode() {
        int hash = 31 * readOnly.hashCode() + autoReadOnly.hashCode();
        hash = 31 * hash + forceShare.hashCode();
        hash = 31 * hash + cacheDirect.hashCode();
        hash = 31 * hash + cacheNoFlush.hashCode();
        hash = 31 * hash + discardUnmap.hashCode();
        hash = 31 * hash + detectZeroes.hashCode();
        return 31 * hash + chainCollapse.hashCode();
    }
}
