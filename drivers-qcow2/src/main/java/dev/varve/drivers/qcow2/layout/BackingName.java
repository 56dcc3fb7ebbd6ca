// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The name of the backing file, as the first cluster holds it.
 *
 * @param offset where it begins in the file, in bytes
 * @param name in UTF-8 1 to {@value #MAX_BYTES} bytes
 */
public record BackingName(int offset, String name) {
    /** The longest name in bytes. */
    public static final int MAX_BYTES = 1023;

    /** Checks the length. */
    public BackingName {
        int length = encoded(name).remaining();
        if (length < 1 || length > MAX_BYTES) {
            throw new IllegalArgumentException("backing file name of " + length + " bytes");
        }
    }

    static BackingName parse(ByteBuffer head, long offset, long length, int headerLength, Geometry geometry)
            throws BlockException {
        FieldChecks.range("backing_file_offset", offset, headerLength, geometry.clusterSize() - 1L);
        long most = Math.min(MAX_BYTES, geometry.clusterSize() - offset);
        FieldChecks.range("backing_file_size", length, 1, most);
        if (offset + length > head.limit()) {
            throw BlockException.corrupt("backing file name at " + offset + " with " + length
                    + " bytes ends beyond the end of the file, which has " + head.limit() + " bytes");
        }
        String name = decode(head.slice((int) offset, (int) length));
        if (name.indexOf('\0') >= 0) {
            throw BlockException.corrupt("backing file name has a zero byte at " + name.indexOf('\0'));
        }
        return new BackingName((int) offset, name);
    }

    private static String decode(ByteBuffer bytes) throws BlockException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new BlockException(ErrorKind.UNSUPPORTED,
                    "backing file name is not UTF-8, allowed is UTF-8 only", e);
        }
    }

    /**
     * The bytes of a name.
     *
     * @param name a backing file name
     * @return UTF-8
     */
    static ByteBuffer encoded(String name) {
        return StandardCharsets.UTF_8.encode(CharBuffer.wrap(name));
    }

    /**
     * The length in the file.
     *
     * @return bytes
     */
    public int length() {
        return encoded(name).remaining();
    }
}
