// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.cli.option.Arguments;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What the reading and writing commands of {@code io} share: pieces, buffers, reports. */
final class IoRequests {
    /** A request that is longer is made in pieces, so that a short command line cannot ask for a huge buffer. */
    static final int PIECE = 64 << 20;
    private static final int FILL = 1 << 16;

    private IoRequests() {
    }

    static ByteBuffer buffer(long bytes) {
        return ByteBuffer.allocateDirect((int) Math.min(bytes, PIECE));
    }

    /** Fills all of a buffer, whatever its position, and leaves it cleared. */
    static void fill(ByteBuffer buffer, byte value) {
        byte[] values = new byte[FILL];
        Arrays.fill(values, value);
        buffer.clear();
        while (buffer.hasRemaining()) {
            buffer.put(values, 0, Math.min(FILL, buffer.remaining()));
        }
        buffer.clear();
    }

    /** The report of a request, or nothing where it is to be quiet. */
    static String report(Arguments arguments, IoReport report) {
        if (arguments.has(IoFlags.QUIET)) {
            return "";
        }
        return (arguments.has(IoFlags.MACHINE) ? report.machine() : report.human()) + "\n";
    }
}
