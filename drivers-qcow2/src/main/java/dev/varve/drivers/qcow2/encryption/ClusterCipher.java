// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.crypto.EncryptedWrites;
import dev.varve.drivers.qcow2.crypto.SectorCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what standard clusters hold. Compressed clusters and metadata are never encrypted. Offsets and lengths are
 * multiples of {@link SectorCipher#SECTOR}. Thread-safe.
 */
public final class ClusterCipher {
    /** Of an image that was opened for its metadata alone. */
    static final ClusterCipher LOCKED = new ClusterCipher(null, false);

    private final @Nullable SectorCipher cipher;
    private final @Nullable EncryptedWrites writes;
    /** LUKS numbers sectors by their place in the file, the legacy AES by their place in the disk. */
    private final boolean byHostOffset;

    ClusterCipher(@Nullable SectorCipher cipher, boolean byHostOffset) {
        this.cipher = cipher;
        this.writes = cipher == null ? null : new EncryptedWrites(cipher);
        this.byHostOffset = byHostOffset;
    }

    private long sector(long guestOffset, long hostOffset) {
        return (byHostOffset ? hostOffset : guestOffset) / SectorCipher.SECTOR;
    }

    /**
     * Decrypts in place what was read.
     *
     * @param guestOffset where it lies in the disk
     * @param hostOffset where it lies in the file
     * @param data from position to limit; the position ends at the limit
     * @throws BlockException of kind PERMISSION where the image was opened without its key
     */
    public void decrypt(long guestOffset, long hostOffset, ByteBuffer data) throws BlockException {
        if (cipher == null) {
            throw locked();
        }
        cipher.decrypt(sector(guestOffset, hostOffset), data);
    }

    /**
     * Encrypts and writes.
     *
     * @param guestOffset where it lies in the disk
     * @param src its bytes; not changed
     * @param file where it is written
     * @param hostOffset where it lies in the file
     * @throws IOException of kind PERMISSION where the image was opened without its key; any other as the file's
     */
    public void write(long guestOffset, ByteBuffer src, BlockChild file, long hostOffset) throws IOException {
        if (writes == null) {
            throw locked();
        }
        writes.write(sector(guestOffset, hostOffset), src, file, hostOffset, RequestFlags.NONE);
    }

    private static BlockException locked() {
        return new BlockException(ErrorKind.PERMISSION,
                "the image was opened for its metadata alone, without the key of its content");
    }
}
