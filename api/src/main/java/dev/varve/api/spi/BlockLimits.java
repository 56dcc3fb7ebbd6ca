// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/**
 * What a node wants of the requests it gets, in bytes (QEMU's {@code BlockLimits}). Alignments are powers of two, but
 * for those of write zeroes and discards, which are multiples of the request alignment.
 *
 * @param requestAlignment offsets and lengths of reads and writes are multiples of it; the size need not be
 * @param memoryAlignment addresses of buffers are multiples of it; more than 1 asks for direct buffers
 * @param maxTransfer the longest read or write
 * @param zeroAlignment write zeroes outside such multiples is better written as data
 * @param maxZeroes the longest write zeroes
 * @param discardAlignment discards are shrunk to multiples of it
 * @param maxDiscard the longest discard
 */
public record BlockLimits(int requestAlignment, int memoryAlignment, int maxTransfer, int zeroAlignment,
        long maxZeroes, int discardAlignment, long maxDiscard) {
    /** No wishes: any offset, any length. */
    public static final BlockLimits NONE = new BlockLimits(1, 1, Integer.MAX_VALUE & ~0xfff, 1, Long.MAX_VALUE, 1,
            Long.MAX_VALUE);

    /** Checks the values. */
    public BlockLimits {
        checkPower("requestAlignment", requestAlignment);
        checkPower("memoryAlignment", memoryAlignment);
        if (zeroAlignment < 1 || discardAlignment < 1) {
            throw new IllegalArgumentException("alignment " + Math.min(zeroAlignment, discardAlignment) + " below 1");
        }
        if (maxTransfer < requestAlignment || maxZeroes < 1 || maxDiscard < 1) {
            throw new IllegalArgumentException("maximum below the alignment");
        }
    }

    private static void checkPower(String name, int value) {
        if (value < 1 || Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(name + " " + value + " is not a power of two");
        }
    }

    /**
     * These limits with other alignments of reads and writes.
     *
     * @param request the alignment of offsets and lengths
     * @param memory the alignment of buffers
     * @return new limits
     */
    public BlockLimits withAlignment(int request, int memory) {
        return new BlockLimits(request, memory, maxTransfer, zeroAlignment, maxZeroes, discardAlignment, maxDiscard);
    }

    /**
     * These limits with another granularity of write zeroes and discard.
     *
     * @param zero the alignment of write zeroes
     * @param discard the alignment of discards
     * @return new limits
     */
    public BlockLimits withGranularity(int zero, int discard) {
        return new BlockLimits(requestAlignment, memoryAlignment, maxTransfer, zero, maxZeroes, discard, maxDiscard);
    }
}
