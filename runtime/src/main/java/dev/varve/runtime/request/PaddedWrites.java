// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.DebugEvent;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes of any shape to a node that wants aligned ones, aligned buffers or short requests: first the units at both
 * ends are read, then everything is written in order (QEMU's {@code bdrv_padding_rmw_read} and
 * {@code bdrv_aligned_pwritev}). Thread-safe.
 */
final class PaddedWrites {
    private final BlockNode node;
    private final BlockLimits limits;
    private final DebugPoints points;
    private final int alignment;
    private final UnitRanges ranges = new UnitRanges();

    PaddedWrites(BlockNode node, BlockLimits limits, DebugPoints points) {
        this.node = node;
        this.limits = limits;
        this.points = points;
        this.alignment = limits.requestAlignment();
    }

    /** Lets the node write zeroes, and keeps padded writes away from the range meanwhile. */
    void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        UnitRanges.Range range = ranges.enter(offset, offset + bytes, false);
        try {
            node.writeZeroes(offset, bytes, flags);
        } finally {
            ranges.leave(range);
        }
    }

    /** Writes the remaining bytes. What is {@code announced} already tells of no event of its own. */
    void write(long offset, ByteBuffer src, RequestFlags flags, boolean announced) throws IOException {
        int head = (int) (offset & alignment - 1);
        int tail = (int) (offset + src.remaining() & alignment - 1);
        if (alignment == 1) {
            middleAnnounced(offset, src, flags, announced);
            return;
        }
        long from = offset - head;
        long to = offset + src.remaining() + alignment - 1 & -alignment;
        UnitRanges.Range range = ranges.enter(from, to, head != 0 || tail != 0);
        try {
            if (head == 0 && tail == 0) {
                middleAnnounced(offset, src, flags, announced);
            } else if (to - from == alignment) {
                oneUnit(from, head, tail, src, flags);
            } else {
                manyUnits(from, head, tail, src, flags);
            }
        } finally {
            ranges.leave(range);
        }
    }

    private void middleAnnounced(long offset, ByteBuffer src, RequestFlags flags, boolean announced)
            throws IOException {
        if (announced) {
            middle(offset, src, src.limit(), flags);
            return;
        }
        points.reached(DebugEvent.PWRITEV);
        try {
            middle(offset, src, src.limit(), flags);
        } finally {
            points.reached(DebugEvent.PWRITEV_DONE);
        }
    }

    /** Head and tail lie in the same unit, which is read once. */
    private void oneUnit(long from, int head, int tail, ByteBuffer src, RequestFlags flags) throws IOException {
        try (BounceBuffers.Loan loan = BounceBuffers.lend(alignment)) {
            ByteBuffer unit = loan.first(alignment);
            tell(head, DebugEvent.PWRITEV_RMW_HEAD);
            tell(tail, DebugEvent.PWRITEV_RMW_TAIL);
            readUnit(from, unit);
            tell(head, DebugEvent.PWRITEV_RMW_AFTER_HEAD);
            tell(tail, DebugEvent.PWRITEV_RMW_AFTER_TAIL);
            points.reached(DebugEvent.PWRITEV);
            try {
                writeUnit(from, unit, head, src, src.remaining(), flags);
            } finally {
                points.reached(DebugEvent.PWRITEV_DONE);
            }
        }
    }

    private void manyUnits(long from, int head, int tail, ByteBuffer src, RequestFlags flags) throws IOException {
        int end = src.limit();
        long last = from + head + src.remaining() - tail;
        try (BounceBuffers.Loan loan = BounceBuffers.lend(2 * alignment)) {
            ByteBuffer both = loan.first(2 * alignment);
            ByteBuffer first = both.slice(0, alignment);
            ByteBuffer second = both.slice(alignment, alignment);
            if (head != 0) {
                points.reached(DebugEvent.PWRITEV_RMW_HEAD);
                readUnit(from, first);
                points.reached(DebugEvent.PWRITEV_RMW_AFTER_HEAD);
            }
            if (tail != 0) {
                points.reached(DebugEvent.PWRITEV_RMW_TAIL);
                readUnit(last, second);
                points.reached(DebugEvent.PWRITEV_RMW_AFTER_TAIL);
            }
            points.reached(DebugEvent.PWRITEV);
            try {
                if (head != 0) {
                    writeUnit(from, first, head, src, alignment - head, flags);
                }
                middle(head == 0 ? from : from + alignment, src, end - tail, flags);
                src.limit(end);
                if (tail != 0) {
                    writeUnit(last, second, 0, src, tail, flags);
                }
            } finally {
                src.limit(end);
                points.reached(DebugEvent.PWRITEV_DONE);
            }
        }
    }

    private void tell(int padding, DebugEvent event) throws IOException {
        if (padding != 0) {
            points.reached(event);
        }
    }

    private void readUnit(long position, ByteBuffer unit) throws IOException {
        if (position < node.size()) {
            node.read(position, unit, RequestFlags.NONE);
        } else {
            // The write lets the node grow: there is nothing to read yet.
            Zeroes.fill(unit, unit.limit());
        }
    }

    private void writeUnit(long position, ByteBuffer unit, int head, ByteBuffer src, int bytes, RequestFlags flags)
            throws IOException {
        unit.put(head, src, src.position(), bytes).rewind();
        node.write(position, unit, flags);
        src.position(src.position() + bytes);
    }

    /** Writes aligned bytes up to a limit, in pieces where the node cannot take them at once. */
    private void middle(long offset, ByteBuffer src, int limit, RequestFlags flags) throws IOException {
        long position = offset;
        int longest = limits.maxTransfer() & -alignment;
        while (src.position() < limit) {
            int bytes = Math.min(limit - src.position(), longest);
            if (BounceBuffers.isAligned(src, limits.memoryAlignment())) {
                node.write(position, src.limit(src.position() + bytes), flags);
            } else {
                bytes = Math.min(bytes, BounceBuffers.longest(alignment));
                writeBounced(position, src, bytes, flags);
            }
            src.limit(limit);
            position += bytes;
        }
    }

    private void writeBounced(long position, ByteBuffer src, int bytes, RequestFlags flags) throws IOException {
        try (BounceBuffers.Loan loan = BounceBuffers.lend(bytes)) {
            node.write(position, loan.first(bytes).put(0, src, src.position(), bytes), flags);
            src.position(src.position() + bytes);
        }
    }
}
