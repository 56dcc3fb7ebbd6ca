// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Carries heap buffers to the system, which reads and writes direct ones only, piece by piece. A bounded number of
 * pieces is kept for reuse, not one a thread: there may be a million virtual threads.
 */
final class BounceBuffers {
    /** Small enough to stay in a processor's cache between the two copies. */
    static final int PIECE = 256 << 10;
    private static final int ALIGNMENT = 4096;
    private static final int KEPT = 16;
    private static final AtomicReferenceArray<ByteBuffer> FREE = new AtomicReferenceArray<>(KEPT);

    private BounceBuffers() {
    }

    /** Reads into any buffer. */
    static void read(HostFile file, long offset, ByteBuffer dst) throws BlockException {
        if (dst.isReadOnly()) {
            // The system would write into it all the same.
            throw new ReadOnlyBufferException();
        }
        if (dst.isDirect()) {
            file.read(offset, dst);
            return;
        }
        ByteBuffer piece = take();
        try {
            long position = offset;
            while (dst.hasRemaining()) {
                piece.clear().limit(Math.min(PIECE, dst.remaining()));
                file.read(position, piece);
                position += piece.flip().remaining();
                dst.put(piece);
            }
        } finally {
            giveBack(piece);
        }
    }

    /** Writes from any buffer. */
    static void write(HostFile file, long offset, ByteBuffer src) throws BlockException {
        if (src.isDirect()) {
            file.write(offset, src);
            return;
        }
        ByteBuffer piece = take();
        int end = src.limit();
        try {
            long position = offset;
            while (src.position() < end) {
                src.limit(src.position() + Math.min(end - src.position(), PIECE));
                piece.clear().put(src).flip();
                file.write(position, piece);
                position += piece.limit();
                src.limit(end);
            }
        } finally {
            src.limit(end);
            giveBack(piece);
        }
    }

    /** A page-aligned buffer of one piece. */
    static ByteBuffer take() {
        int first = (int) Thread.currentThread().threadId();
        for (int i = 0; i < KEPT; i++) {
            int slot = first + i & KEPT - 1;
            ByteBuffer piece = FREE.get(slot) == null ? null : FREE.getAndSet(slot, null);
            if (piece != null) {
                return piece;
            }
        }
        return ByteBuffer.allocateDirect(PIECE + ALIGNMENT).alignedSlice(ALIGNMENT).limit(PIECE).slice();
    }

    /** Keeps a piece for the next taker, or lets it go where enough are kept. */
    static void giveBack(ByteBuffer piece) {
        int first = (int) Thread.currentThread().threadId();
        for (int i = 0; i < KEPT; i++) {
            if (FREE.compareAndSet(first + i & KEPT - 1, null, piece)) {
                return;
            }
        }
    }
}
