// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.encryption.ClusterCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What standard clusters hold: the guest's bytes as they are, or encrypted. Thread-safe. */
public final class GuestData {
    private final HostFile file;
    private final @Nullable ClusterCipher cipher;

    /**
     * Of an image.
     *
     * @param file what its clusters lie in
     * @param cipher what encrypts them, or null where nothing does
     */
    public GuestData(HostFile file, @Nullable ClusterCipher cipher) {
        this.file = file;
        this.cipher = cipher;
    }

    /** What the clusters lie in. */
    public HostFile file() {
        return file;
    }

    /** Whether stored bytes are others than the guest's; then zeroes in the file are no zeroes for the guest. */
    public boolean isEncrypted() {
        return cipher != null;
    }

    /** Reads from clusters that begin inside the file. */
    public void read(long guestOffset, long hostOffset, ByteBuffer dst) throws IOException {
        file.event(DebugEvent.READ_AIO);
        int begin = dst.position();
        file.readPadded("data cluster", hostOffset, dst);
        if (cipher != null) {
            cipher.decrypt(guestOffset, hostOffset, dst.position(begin));
        }
    }

    /** Writes. */
    public void write(long guestOffset, long hostOffset, ByteBuffer src) throws IOException {
        if (cipher != null) {
            cipher.write(guestOffset, src, file.child(), hostOffset);
        } else {
            file.child().write(hostOffset, src, RequestFlags.NONE);
        }
    }
}
