// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.text.HexDump;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What the reading and writing commands of {@code io} share: ranges, pieces, reports. */
final class IoRequests {
    /** A request that is longer is made in pieces, so that a short command line cannot ask for a huge buffer. */
    static final int PIECE = 64 << 20;

    private IoRequests() {
    }

    /** The sum of the lengths behind the offset. */
    static long vectorBytes(List<String> operands) throws IoRefusal {
        long sum = 0;
        for (String operand : operands.subList(1, operands.size())) {
            long bytes = IoNumbers.bytes(operand);
            if (bytes > IoNumbers.MAX_REQUEST) {
                throw new IoRefusal("Argument '" + operand + "' exceeds maximum size " + IoNumbers.MAX_REQUEST);
            }
            sum += bytes;
            if (sum > IoNumbers.MAX_REQUEST) {
                throw new IoRefusal("The total number of bytes exceed the maximum size " + IoNumbers.MAX_REQUEST);
            }
        }
        return sum;
    }

    /** Refuses a range that is not inside the disk. */
    static void inside(BlockBackend disk, long offset, long bytes) throws IOException {
        long size = disk.size();
        if (offset > size || bytes > size - offset) {
            throw new BlockException(ErrorKind.IO, bytes + " bytes at offset " + offset
                    + " are not inside the disk of " + size + " bytes");
        }
    }

    static ByteBuffer buffer(long bytes) {
        return ByteBuffer.allocateDirect((int) Math.min(bytes, PIECE));
    }

    static void fill(ByteBuffer buffer, byte value) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, value);
        }
    }

    static void dump(IoSession session, ByteBuffer buffer, long offset) {
        session.shell().out().print(HexDump.of(buffer, offset));
    }

    static void report(IoSession session, Arguments arguments, IoReport report) {
        if (!arguments.has(IoFlags.QUIET)) {
            session.shell().say(arguments.has(IoFlags.MACHINE) ? report.machine() : report.human());
        }
    }
}
