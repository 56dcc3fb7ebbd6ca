// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.drivers.qcow2.crypto.SectorCipher;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads that begin and end inside sectors, from a disk of which only whole sectors can be decrypted. */
final class SectorReads {
    private static final int MOST = 64 << 10;

    private SectorReads() {
    }

    /** A read of whole sectors, as {@code OverlayNode.readAllocated}. */
    @FunctionalInterface
    interface Whole {
        int read(long offset, ByteBuffer dst) throws IOException;
    }

    /** Reads a run, as {@code OverlayNode.readAllocated}, from any offset on. */
    static int read(long offset, ByteBuffer dst, Whole whole) throws IOException {
        int head = (int) (offset % SectorCipher.SECTOR);
        if (head == 0 && dst.remaining() % SectorCipher.SECTOR == 0) {
            return whole.read(offset, dst);
        }
        int wanted = Math.min(MOST - SectorCipher.SECTOR, dst.remaining());
        ByteBuffer sectors = ByteBuffer.allocate(head + wanted + SectorCipher.SECTOR - 1 & -SectorCipher.SECTOR);
        int run = whole.read(offset - head, sectors);
        int usable = Math.min(Math.abs(run) - head, wanted);
        if (run < 0) {
            return -usable;
        }
        dst.put(sectors.slice(head, usable));
        return usable;
    }
}
