// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a planned disk reads as: each eight bytes are a hash of their offset, and zero where no layer holds them. */
public final class DiskPattern {
    private final ChainPlan plan;

    /**
     * The content of one disk.
     *
     * @param plan the disk; the number of its layers makes no difference
     */
    public DiskPattern(ChainPlan plan) {
        this.plan = plan;
    }

    /** Fills the remaining bytes, which must be a multiple of 8, with the content of a cluster that a layer holds. */
    static void fill(ByteBuffer dst, long offset) {
        for (long at = offset; dst.hasRemaining(); at += Long.BYTES) {
            dst.putLong(word(at));
        }
    }

    /**
     * Compares what was read with what it must be.
     *
     * @param read the bytes from position to limit, big-endian
     * @param offset where they were read, a multiple of 8
     * @return the offset of the first eight bytes that differ, or -1
     */
    public long firstDifference(ByteBuffer read, long offset) {
        ByteBuffer bytes = read.duplicate().order(ByteOrder.BIG_ENDIAN);
        long at = offset;
        while (bytes.hasRemaining()) {
            long end = Math.min(at + bytes.remaining(), (at / ChainPlan.CLUSTER + 1) * ChainPlan.CLUSTER);
            boolean held = plan.owner(at / ChainPlan.CLUSTER) != ChainShape.NOBODY;
            for (; at < end; at += Long.BYTES) {
                if (bytes.getLong() != (held ? word(at) : 0)) {
                    return at;
                }
            }
        }
        return -1;
    }

    // The finisher of SplitMix64, so that no two places of a disk look alike.
    private static long word(long offset) {
        long mixed = (offset + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
