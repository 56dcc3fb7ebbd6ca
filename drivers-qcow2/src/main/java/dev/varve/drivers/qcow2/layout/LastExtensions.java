// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads header extensions and remembers those read last: the layers of a chain mostly have the same ones, byte for
 * byte, and need not hold them a thousand times. Thread-safe.
 */
final class LastExtensions {
    private static final int MAX_BYTES = 1024;
    private static volatile @Nullable Area last;

    private record Area(ByteBuffer bytes, List<HeaderExtension> extensions) {}

    private LastExtensions() {
    }

    /** As {@link HeaderExtension#parseAll}. */
    static List<HeaderExtension> parse(ByteBuffer head, int start, int end) throws BlockException {
        int available = Math.min(end, head.limit()) - start;
        Area known = last;
        if (known != null && known.bytes.limit() <= available
                && known.bytes.equals(head.slice(start, known.bytes.limit()))) {
            return known.extensions;
        }
        List<HeaderExtension> extensions = List.copyOf(HeaderExtension.parseAll(head, start, end));
        int bytes = HeaderExtension.encodedBytes(extensions);
        boolean fits = bytes <= Math.min(available, MAX_BYTES);
        if (fits && head.getLong(start + bytes - Long.BYTES) == HeaderExtension.END) {
            // With its end in it, the area says the same in whatever header it stands.
            byte[] copy = new byte[bytes];
            head.get(start, copy);
            last = new Area(ByteBuffer.wrap(copy), extensions);
        }
        return extensions;
    }
}
