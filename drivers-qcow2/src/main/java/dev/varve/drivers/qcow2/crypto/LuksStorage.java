// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The area that a LUKS header and its key material lie in. Offsets are from the header's first byte. */
public interface LuksStorage {
    /**
     * Reads.
     *
     * @param offset where to begin
     * @param dst receives its remaining bytes
     * @throws IOException if they are not there as a whole
     */
    void read(long offset, ByteBuffer dst) throws IOException;

    /**
     * Writes.
     *
     * @param offset where to begin
     * @param src the bytes
     * @throws IOException if the range is not allowed or the storage failed
     */
    void write(long offset, ByteBuffer src) throws IOException;

    /**
     * Makes what was written durable.
     *
     * @throws IOException if that cannot be promised
     */
    void flush() throws IOException;
}
