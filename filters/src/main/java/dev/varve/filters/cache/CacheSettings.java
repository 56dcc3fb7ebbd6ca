// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

/**
 * How a cache was set up.
 *
 * @param bytes of content that it keeps at most, dirty blocks and blocks read ahead included
 * @param blockBytes the unit of what it keeps, a power of two
 * @param readAhead bytes that are read beyond what a sequential stream asks for; 0 for none
 * @param writeBack whether writes wait in memory for a flush
 */
record CacheSettings(long bytes, int blockBytes, int readAhead, boolean writeBack) {
    /** Several streams can have blocks read ahead; such blocks are kept apart until they are read. */
    long aheadBytes() {
        return readAhead == 0 ? 0 : bytes / 4;
    }

    long dirtyBytes() {
        return writeBack ? bytes / 4 : 0;
    }

    long cleanBytes() {
        return bytes - aheadBytes() - dirtyBytes();
    }
}
