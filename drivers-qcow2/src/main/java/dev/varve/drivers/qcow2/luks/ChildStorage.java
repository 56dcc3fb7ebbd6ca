// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.luks;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.crypto.LuksStorage;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The header at the beginning of the file. */
record ChildStorage(BlockChild file) implements LuksStorage {
    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        long size = file.size();
        if (offset > size - dst.remaining()) {
            throw BlockException.corrupt("the LUKS header takes " + (offset + dst.remaining())
                    + " bytes, allowed is at most the file's size of " + size);
        }
        file.read(offset, dst, RequestFlags.NONE);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
        file.write(offset, src, RequestFlags.NONE);
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }
}
