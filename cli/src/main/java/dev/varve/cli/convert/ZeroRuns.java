// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds runs of zero bytes in a buffer, in units of the target. A unit that is not all zero is data; so is a run of
 * zeroes that begins inside a unit of which the rest is not in the buffer and does not reach the end of the unit, and
 * one that is too short (qemu-img's {@code is_allocated_sectors_min}).
 */
final class ZeroRuns {
    private static final int STEP = 1 << 16;
    private static final MemorySegment ZEROES = Arena.global().allocate(STEP, 64);

    private final MemorySegment buffer;
    private final long offset;
    private final int length;
    private final CopyOrder order;
    private int start;
    private int end;
    private boolean zero;

    /** The first {@code length} bytes of a buffer that is written at an offset of the target. */
    ZeroRuns(MemorySegment buffer, long offset, int length, CopyOrder order) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.order = order;
    }

    int start() {
        return start;
    }

    int bytes() {
        return end - start;
    }

    boolean isZero() {
        return zero;
    }

    /** Moves to the next run; false at the end. */
    boolean next() {
        start = end;
        if (start == length) {
            return false;
        }
        if (order.writeAll()) {
            end = length;
            zero = false;
            return true;
        }
        zero = zeroRunFrom(start) > 0;
        if (zero) {
            end = start + zeroRunFrom(start);
        } else {
            int next = unitEnd(start);
            while (next < length && zeroRunFrom(next) == 0) {
                next = unitEnd(next);
            }
            end = next;
        }
        return true;
    }

    /** The length of the run of zeroes at an index, 0 where it is too short to leave out. */
    private int zeroRunFrom(int index) {
        int run = index;
        while (run < length && allZero(run, unitEnd(run))) {
            run = unitEnd(run);
        }
        return run - index >= Math.min(order.sparse(), length - index) ? run - index : 0;
    }

    private int unitEnd(int index) {
        long aligned = ((offset + index) / order.granule() + 1) * order.granule();
        return (int) Math.min(aligned - offset, length);
    }

    private boolean allZero(int from, int to) {
        // Data mostly shows at its first byte, long before a vector comparison is worth its call.
        if (buffer.get(ValueLayout.JAVA_BYTE, from) != 0 || buffer.get(ValueLayout.JAVA_BYTE, to - 1L) != 0) {
            return false;
        }
        for (int at = from; at < to; at += STEP) {
            int bytes = Math.min(STEP, to - at);
            if (MemorySegment.mismatch(buffer, at, at + (long) bytes, ZEROES, 0, bytes) >= 0) {
                return false;
            }
        }
        return true;
    }
}
