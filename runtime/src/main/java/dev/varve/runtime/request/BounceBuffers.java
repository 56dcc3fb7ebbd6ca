// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.request;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Page-aligned direct buffers, one a thread, for requests whose own buffer a node cannot take. Thread-safe. */
final class BounceBuffers {
    /** The size of a buffer: the longest piece a request is bounced in. */
    static final int BYTES = 1 << 20;

    private static final int PAGE = 4096;
    private static final ThreadLocal<Lent> OF_THREAD = ThreadLocal.withInitial(Lent::new);

    private BounceBuffers() {
    }

    /** The longest piece for a node's alignment, itself aligned: one unit at least. */
    static int longest(int alignment) {
        return Math.max(alignment, BYTES & -alignment);
    }

    /**
     * A buffer that is in use until it is closed. A nested loan on the same thread, and one of more than
     * {@value #BYTES} bytes, is a fresh buffer.
     */
    static Loan lend(int bytes) {
        Lent lent = OF_THREAD.get();
        if (lent.inUse || bytes > BYTES) {
            return new Loan(null, allocate(bytes));
        }
        lent.inUse = true;
        return new Loan(lent, lent.buffer);
    }

    private static ByteBuffer allocate(int bytes) {
        return Arena.ofAuto().allocate(bytes, PAGE).asByteBuffer();
    }

    static boolean isAligned(ByteBuffer buffer, int alignment) {
        if (alignment <= 1) {
            return true;
        }
        return buffer.isDirect() && (MemorySegment.ofBuffer(buffer).address() & (alignment - 1)) == 0;
    }

    private static final class Lent {
        private final ByteBuffer buffer = allocate(BYTES);
        private boolean inUse;
    }

    static final class Loan implements AutoCloseable {
        private final @Nullable Lent lent;
        private final ByteBuffer buffer;

        private Loan(@Nullable Lent lent, ByteBuffer buffer) {
            this.lent = lent;
            this.buffer = buffer;
        }

        /** The buffer's first {@code bytes} bytes, position 0. */
        ByteBuffer first(int bytes) {
            return buffer.clear().limit(bytes);
        }

        @Override
        public void close() {
            if (lent != null) {
                lent.inUse = false;
            }
        }
    }
}
