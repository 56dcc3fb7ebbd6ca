// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import dev.varve.api.graph.BlockBackend;
import org.jspecify.annotations.Nullable;

/**
 * A part of the target and what is to be done with it.
 *
 * @param number counts the pieces that write, from 0; -1 for others
 * @param kind what to do
 * @param source where data is read from
 * @param sourceOffset where it is read
 * @param targetOffset where it is written
 * @param bytes its length, at least 1
 * @param rest what follows it in the same unit of the target, from the next source
 */
record Piece(long number, Kind kind, BlockBackend source, long sourceOffset, long targetOffset, int bytes,
        @Nullable Piece rest) {
    /** What to do with a piece. */
    enum Kind {
        /** Read and write. */
        COPY,
        /** Make it read as zeroes. */
        ZERO,
        /** Nothing: the target has the content already. */
        SKIP
    }

    /** The length of it and of what follows in its unit. */
    int total() {
        int total = 0;
        for (Piece part = this; part != null; part = part.rest) {
            total += part.bytes;
        }
        return total;
    }
}
