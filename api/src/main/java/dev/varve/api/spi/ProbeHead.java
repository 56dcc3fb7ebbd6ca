// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.nio.ByteBuffer;

/**
 * What a probe may look at.
 *
 * @param bytes the image's first bytes, at most {@value #MAX_BYTES}; fewer where the image is shorter; read-only
 * @param filename the name it was opened by, or empty
 */
public record ProbeHead(ByteBuffer bytes, String filename) {
    /** How many bytes a probe gets to see (QEMU's {@code BLOCK_PROBE_BUF_SIZE}). */
    public static final int MAX_BYTES = 512;

    /** Makes the bytes read-only. */
    public ProbeHead {
        bytes = bytes.asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }
}
