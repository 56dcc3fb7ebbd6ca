// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.Operation;
import dev.varve.api.block.RequestFlags;

/**
 * A request that reached a device.
 *
 * @param operation READ, WRITE, WRITE_ZEROES, DISCARD, TRUNCATE, FLUSH or BLOCK_STATUS
 * @param offset where it begins; 0 for TRUNCATE and FLUSH
 * @param bytes how many bytes; the new size for TRUNCATE, 0 for FLUSH
 * @param flags the request's flags
 */
public record DiskRequest(Operation operation, long offset, long bytes, RequestFlags flags) {
    static DiskRequest flush() {
        return new DiskRequest(Operation.FLUSH, 0, 0, RequestFlags.NONE);
    }

    static DiskRequest truncate(long size) {
        return new DiskRequest(Operation.TRUNCATE, 0, size, RequestFlags.NONE);
    }

    /**
     * Tells whether the request changes what the device holds.
     *
     * @return true for WRITE, WRITE_ZEROES, DISCARD and TRUNCATE
     */
    public boolean isChange() {
        return switch (operation) {
            case WRITE, WRITE_ZEROES, DISCARD, TRUNCATE -> true;
            default -> false;
        };
    }
}
