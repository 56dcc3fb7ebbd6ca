// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads of one child, with what does not change from read to read looked at once ({@link BlockChild#reader}). */
@FunctionalInterface
public interface BlockReader {
    /**
     * Reads the remaining bytes of the buffer, as {@link BlockIo#read} does.
     *
     * @param offset where to begin
     * @param dst receives the bytes
     * @throws IOException if any of the bytes could not be read
     */
    void read(long offset, ByteBuffer dst) throws IOException;
}
