// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Encrypts and decrypts runs of sectors of 512 bytes. Thread-safe; the state of one call is taken from a small pool, so
 * that calls allocate nothing once it is filled.
 */
public final class SectorCipher {
    /** The size of a sector, always. */
    public static final int SECTOR = 512;

    private static final int LANES = 16;

    private final CipherSpec spec;
    private final byte[] key;
    private final AtomicReferenceArray<CipherLane> idle = new AtomicReferenceArray<>(LANES);

    /**
     * A cipher with its key.
     *
     * @param spec how sectors are encrypted
     * @param key {@link CipherSpec#keyBytes} bytes; copied
     * @throws BlockException of kind UNSUPPORTED that names an algorithm which the JDK does not have
     */
    public SectorCipher(CipherSpec spec, byte[] key) throws BlockException {
        if (key.length != spec.keyBytes()) {
            throw new IllegalArgumentException("key of " + key.length + " bytes, needed are " + spec.keyBytes());
        }
        spec.checkOffered();
        this.spec = spec;
        this.key = key.clone();
        giveBack(newLane());
    }

    /**
     * Decrypts in place.
     *
     * @param sector the number of the first sector
     * @param data whole sectors from position to limit; the position ends at the limit
     * @throws BlockException if the JDK's cipher failed
     */
    public void decrypt(long sector, ByteBuffer data) throws BlockException {
        checkWhole(data);
        CipherLane lane = take();
        try {
            long at = sector;
            while (data.hasRemaining()) {
                int bytes = Math.min(data.remaining(), CipherLane.BYTES);
                data.get(data.position(), lane.in, 0, bytes);
                lane.decrypt(at, bytes);
                data.put(lane.out, 0, bytes);
                at += bytes / SECTOR;
            }
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
        giveBack(lane);
    }

    /**
     * Encrypts.
     *
     * @param sector the number of the first sector
     * @param src whole sectors from position to limit; the position ends at the limit
     * @param dst receives them at its position; another buffer, which may share the memory
     * @throws BlockException if the JDK's cipher failed
     */
    public void encrypt(long sector, ByteBuffer src, ByteBuffer dst) throws BlockException {
        checkWhole(src);
        CipherLane lane = take();
        try {
            long at = sector;
            while (src.hasRemaining()) {
                int bytes = Math.min(src.remaining(), CipherLane.BYTES);
                src.get(lane.in, 0, bytes);
                lane.encrypt(at, bytes);
                dst.put(lane.out, 0, bytes);
                at += bytes / SECTOR;
            }
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
        giveBack(lane);
    }

    private static void checkWhole(ByteBuffer buffer) {
        if (buffer.remaining() % SECTOR != 0) {
            throw new IllegalArgumentException(buffer.remaining() + " bytes are no whole sectors of " + SECTOR);
        }
    }

    private static BlockException failed(GeneralSecurityException e) {
        return BlockException.unsupported("the cipher failed: " + e.getMessage());
    }

    private CipherLane take() throws BlockException {
        int first = slot();
        for (int i = 0; i < LANES; i++) {
            int at = first + i & LANES - 1;
            if (idle.getPlain(at) != null) {
                CipherLane lane = idle.getAndSet(at, null);
                if (lane != null) {
                    return lane;
                }
            }
        }
        return newLane();
    }

    private void giveBack(CipherLane lane) {
        int first = slot();
        for (int i = 0; i < LANES; i++) {
            int at = first + i & LANES - 1;
            if (idle.getPlain(at) == null && idle.compareAndSet(at, null, lane)) {
                return;
            }
        }
    }

    private static int slot() {
        return (int) Thread.currentThread().threadId() & LANES - 1;
    }

    private CipherLane newLane() throws BlockException {
        try {
            return CipherLane.of(spec, key);
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }
}
