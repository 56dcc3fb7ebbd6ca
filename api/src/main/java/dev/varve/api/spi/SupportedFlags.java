// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.RequestFlags;

/**
 * The flags a node honours, by operation (QEMU's {@code supported_write_flags} and its kin).
 *
 * @param write flags of {@link BlockIo#write}
 * @param writeZeroes flags of {@link BlockIo#writeZeroes}
 */
public record SupportedFlags(RequestFlags write, RequestFlags writeZeroes) {
    /** No flag is honoured. */
    public static final SupportedFlags NONE = new SupportedFlags(RequestFlags.NONE, RequestFlags.NONE);
}
