// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The disk that snapshots are of. Machine state is disk content at guest offsets behind the disk. */
public interface SnapshotDisk {
    /** Reads as {@code OverlayNode.readAllocated}. */
    int read(long guestOffset, ByteBuffer dst) throws IOException;

    /** Writes behind the disk, and makes the mapping reach so far where it does not. */
    void writeBehind(long guestOffset, ByteBuffer src) throws IOException;

    /** Refuses where the disk may not be put back to a snapshot. */
    void checkReplaceable() throws IOException;
}
