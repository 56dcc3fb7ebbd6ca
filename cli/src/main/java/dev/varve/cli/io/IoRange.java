// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.util.List;

/**
 * The range of one request.
 *
 * @param offset where it begins, in bytes
 * @param bytes how many
 */
record IoRange(long offset, long bytes) {
    private static final int SECTOR = 512;

    /** {@code off len}, of a request whose length is bounded. */
    static IoRange of(List<String> operands) throws IoRefusal {
        long offset = IoNumbers.bytes(operands.get(0));
        return new IoRange(offset, IoNumbers.request(operands.get(1)));
    }

    /** {@code off len} of a request that needs no buffer, not even if all of it is refused. */
    static IoRange unbounded(List<String> operands) throws IoRefusal {
        return new IoRange(IoNumbers.bytes(operands.get(0)), IoNumbers.bytes(operands.get(1)));
    }

    /** {@code off len [len..]}: the sum of the lengths. */
    static IoRange vector(List<String> operands) throws IoRefusal {
        long offset = IoNumbers.bytes(operands.get(0));
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
        return new IoRange(offset, sum);
    }

    long end() {
        return offset + bytes;
    }

    /** Refuses a range that is not inside the disk. */
    void inside(BlockBackend disk) throws IOException {
        long size = disk.size();
        if (offset > size || bytes > size - offset) {
            throw new BlockException(ErrorKind.IO, bytes + " bytes at offset " + offset
                    + " are not inside the disk of " + size + " bytes");
        }
    }

    /** Refuses what is no whole number of sectors. */
    void aligned() throws IoRefusal {
        if (offset % SECTOR != 0) {
            throw new IoRefusal(offset + " is not a sector-aligned value for 'offset'");
        }
        if (bytes % SECTOR != 0) {
            throw new IoRefusal(bytes + " is not a sector-aligned value for 'count'");
        }
    }
}
