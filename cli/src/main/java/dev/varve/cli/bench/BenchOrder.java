// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.bench;

/**
 * What a bench does.
 *
 * @param count how many requests, at least 1
 * @param depth how many at once, each by a thread of its own; 1 runs on the calling thread
 * @param size the bytes of a request, at least 1
 * @param step how far one request begins behind the one before it, in bytes
 * @param offset where the first request begins
 * @param random whether requests begin at random multiples of {@code size} instead
 * @param seed what the random offsets come from
 * @param write whether requests write
 * @param pattern the byte that is written
 * @param flushInterval a flush follows each so many requests; 0 for never
 * @param drain whether a flush waits for the requests under way and holds new ones off
 * @param durable whether each write is on stable storage when it returns
 */
public record BenchOrder(int count, int depth, int size, long step, long offset, boolean random, long seed,
        boolean write, byte pattern, int flushInterval, boolean drain, boolean durable) {
    /**
     * The same reads without anything that changes the disk.
     *
     * @return what warms a bench up
     */
    BenchOrder reading() {
        return new BenchOrder(count, depth, size, step, offset, random, seed, false, pattern, 0, drain, false);
    }
}
