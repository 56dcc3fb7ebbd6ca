// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Writes plain text as cipher text: the caller's buffer is not changed, a few buffers between are kept. Thread-safe.
 */
public final class EncryptedWrites {
    private static final int BYTES = 256 << 10;
    private static final int KEPT = 8;

    private final SectorCipher cipher;
    private final AtomicReferenceArray<ByteBuffer> idle = new AtomicReferenceArray<>(KEPT);

    /**
     * Writes of one cipher.
     *
     * @param cipher encrypts
     */
    public EncryptedWrites(SectorCipher cipher) {
        this.cipher = cipher;
    }

    /**
     * Encrypts and writes.
     *
     * @param sector the number of the first sector
     * @param src whole sectors; the position ends at the limit
     * @param file where to
     * @param offset where in the file
     * @param flags of the writes
     * @throws IOException if the file could not be written
     */
    public void write(long sector, ByteBuffer src, BlockChild file, long offset, RequestFlags flags)
            throws IOException {
        int limit = src.limit();
        ByteBuffer buffer = take();
        try {
            for (int done = 0; src.position() < limit;) {
                int bytes = Math.min(BYTES, limit - src.position());
                cipher.encrypt(sector + done / SectorCipher.SECTOR, src.limit(src.position() + bytes), buffer.clear());
                file.write(offset + done, buffer.flip(), flags);
                src.limit(limit);
                done += bytes;
            }
        } finally {
            giveBack(buffer);
        }
    }

    private ByteBuffer take() {
        for (int i = 0; i < KEPT; i++) {
            if (idle.getPlain(i) != null) {
                ByteBuffer buffer = idle.getAndSet(i, null);
                if (buffer != null) {
                    return buffer;
                }
            }
        }
        return ByteBuffer.allocateDirect(BYTES);
    }

    private void giveBack(ByteBuffer buffer) {
        for (int i = 0; i < KEPT; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, buffer)) {
                return;
            }
        }
    }
}
