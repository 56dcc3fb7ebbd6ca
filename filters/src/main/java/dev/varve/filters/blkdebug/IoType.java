// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The requests that a rule may make fail (QEMU's {@code BlkdebugIOType}). */
enum IoType {
    READ, WRITE, WRITE_ZEROES, DISCARD, FLUSH, BLOCK_STATUS;

    /** Those of a rule that states none. */
    static final Set<IoType> DEFAULT = EnumSet.complementOf(EnumSet.of(BLOCK_STATUS));

    static Set<IoType> of(String word) throws BlockException {
        for (IoType type : values()) {
            if (type.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word)) {
                return EnumSet.of(type);
            }
        }
        throw BlockException.invalidOption("iotype '" + word
                + "' does not fit, allowed is: one of read, write, write-zeroes, discard, flush, block-status");
    }
}
