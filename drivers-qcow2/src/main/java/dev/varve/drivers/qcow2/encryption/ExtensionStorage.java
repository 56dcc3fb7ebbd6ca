// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.crypto.LuksStorage;
import dev.varve.drivers.qcow2.layout.HeaderExtension.EncryptionHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The area that the header extension for full disk encryption tells of. */
record ExtensionStorage(BlockChild file, EncryptionHeader place) implements LuksStorage {
    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        file.read(checked(offset, dst), dst, RequestFlags.NONE);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
        file.write(checked(offset, src), src, RequestFlags.NONE);
    }

    private long checked(long offset, ByteBuffer buffer) throws BlockException {
        if (offset > place.bytes() - buffer.remaining()) {
            throw BlockException.corrupt("the LUKS header takes " + (offset + buffer.remaining())
                    + " bytes, allowed is at most the length " + place.bytes()
                    + " in the header extension for full disk encryption");
        }
        return place.offset() + offset;
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }
}
