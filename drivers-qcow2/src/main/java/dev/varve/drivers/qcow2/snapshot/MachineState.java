// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How machine state is read and written: as disk content, at guest offsets behind the disk. */
public interface MachineState {
    /** Reads as {@code OverlayNode.readAllocated}. */
    int read(long guestOffset, ByteBuffer dst) throws IOException;

    /** Writes, and makes the mapping reach so far where it does not. */
    void write(long guestOffset, ByteBuffer src) throws IOException;
}
