// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

/**
 * How a disk is copied.
 *
 * @param chunk the bytes of one read, a multiple of a sector
 * @param threads how many reads and writes run at once, at least 1
 * @param inOrder whether writes begin in the order of the target, so that an allocating format lays data out in order
 * @param sparse the least run of zero bytes that is not written as data; 0 to write all of the target
 * @param granule the unit of the target in which zeroes are looked for, a power of two from 512
 * @param zeroed whether the target reads as zeroes before the copy
 * @param backed whether the target has a backing file that stands for what the source's backing files hold
 * @param backingSize the size of that backing file
 * @param rate the most bytes a second that are written, 0 for no limit
 * @param durable whether each write is on stable storage when it returns
 * @param compressed whether whole units of the target are written compressed; the granule is its cluster then
 */
public record CopyOrder(int chunk, int threads, boolean inOrder, int sparse, int granule, boolean zeroed,
        boolean backed, long backingSize, long rate, boolean durable, boolean compressed) {
    /**
     * Tells whether zeroes are written like data.
     *
     * @return true where the target is to be fully allocated
     */
    boolean writeAll() {
        return sparse == 0;
    }

    /**
     * Tells whether a part of the target needs no zeroes.
     *
     * @param offset where it begins
     * @return true for a zeroed target, and behind the end of its backing file
     */
    boolean targetReadsZero(long offset) {
        return backed ? offset >= backingSize : zeroed;
    }
}
