// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/** How hard a node should try when asked for its block status (QEMU's {@code want_zero}). */
public enum Effort {
    /** Only who is responsible for the range; telling zeroes from data is not worth any work. */
    ALLOCATION_ONLY,
    /** Find zeroes too, at the cost of asking the storage. */
    FIND_ZEROES
}
